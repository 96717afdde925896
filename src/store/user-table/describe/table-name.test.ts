import { describe, expect, it } from 'vitest'
import { fit, readTableName, tableLabel } from './table-name.ts'

const plain = (text: string) => ({ text, exact: false })
const exact = (text: string) => ({ text, exact: true })

describe('readTableName', () => {
  it('reads a bare name', () => {
    expect(readTableName('people')).toEqual([{ name: plain('people') }])
    expect(readTableName('  my table ')).toEqual([{ name: plain('my table') }])
  })

  it('reads schema.table, and thinks of a table with a dot in its name last', () => {
    expect(readTableName('crm.people')).toEqual([
      { schema: plain('crm'), name: plain('people') },
      { name: exact('crm.people') },
    ])
  })

  it('takes quoted parts at their word', () => {
    expect(readTableName('"CRM"."People.2024"')[0]).toEqual({
      schema: exact('CRM'),
      name: exact('People.2024'),
    })
    expect(readTableName('"say ""hi"""')).toEqual([{ name: exact('say "hi"') }])
    expect(readTableName('crm."Weird; DROP TABLE x"')[0]).toEqual({
      schema: plain('crm'),
      name: exact('Weird; DROP TABLE x'),
    })
  })

  it('takes what is no name in parts as a whole', () => {
    expect(readTableName('a.b.c')).toEqual([{ name: exact('a.b.c') }])
    expect(readTableName('we"ird')).toEqual([{ name: plain('we"ird') }])
    expect(readTableName('"open')).toEqual([{ name: exact('"open') }])
    expect(readTableName('')).toEqual([{ name: exact('') }])
  })
})

describe('fit', () => {
  it('prefers a name as written, and forgives capitals unless it stands in quotes', () => {
    expect(fit(plain('People'), 'People')).toBe(1)
    expect(fit(plain('PEOPLE'), 'people')).toBe(2)
    expect(fit(exact('PEOPLE'), 'people')).toBe(0)
    expect(fit(plain('people'), 'persons')).toBe(0)
  })
})

describe('tableLabel', () => {
  it('never gives two tables one label', () => {
    expect(tableLabel(undefined, 'people')).toBe('people')
    expect(tableLabel('public', 'people')).toBe('public.people')
    expect(tableLabel('a.b', 'c')).toBe('"a.b".c')
    expect(tableLabel('a', 'b.c')).toBe('a."b.c"')
    expect(tableLabel(undefined, 'say "hi"')).toBe('"say ""hi"""')
  })
})
