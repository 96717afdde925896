import { describe, expect, it } from 'vitest'
import { column, PEOPLE, tableOf } from '../../../../test/support/store/test-tables.ts'
import { parseFilter } from './parse-filter.ts'

const parse = (text: string, table = PEOPLE) => parseFilter(text, table, '--filter')
const compare = (name: string, op: string, value: string) => ({
  condition: { kind: 'compare', column: name, op, value },
})

describe('parseFilter', () => {
  it('reads every operator', () => {
    expect(parse('small=5')).toEqual(compare('small', 'equals', '5'))
    expect(parse('small < 5')).toEqual(compare('small', 'lt', '5'))
    expect(parse('small<=5')).toEqual(compare('small', 'lte', '5'))
    expect(parse('small>5')).toEqual(compare('small', 'gt', '5'))
    expect(parse(' small >= 5 ')).toEqual(compare('small', 'gte', '5'))
    expect(parse('small!=5')).toEqual({
      condition: { kind: 'not', of: compare('small', 'equals', '5').condition },
    })
  })

  it('reads the value as the type of the column has it', () => {
    expect(parse('active=true')).toEqual(compare('active', 'equals', 'true'))
    expect(parse('country=5')).toEqual(compare('country', 'equals', '5'))
    expect(parse('country=')).toEqual(compare('country', 'equals', ''))
    expect(parse('country=New York ')).toEqual(compare('country', 'equals', 'New York'))
    expect(parse('refreshed_at<2026-01-01')).toEqual(compare('refreshed_at', 'lt', '2026-01-01T00:00:00.000000Z'))
    expect(parse('country=a=b')).toEqual(compare('country', 'equals', 'a=b'))
  })

  it('takes null for NULL, and for a text where it stands in quotes', () => {
    expect(parse('country=null')).toEqual({ condition: { kind: 'null', column: 'country' } })
    expect(parse('country!=null')).toEqual({
      condition: { kind: 'not', of: { kind: 'null', column: 'country' } },
    })
    expect(parse('country="null"')).toEqual(compare('country', 'equals', 'null'))
    expect(parse('country=" US ""x"" "')).toEqual(compare('country', 'equals', ' US "x" '))
    expect(parse('small<null')).toMatchObject({ problems: [{ found: 'null' }] })
  })

  it('finds the column where its name holds an operator, or stands in quotes', () => {
    const odd = tableOf('sqlite', [column('a', 'text'), column('a=b', 'text'), column('x y', 'text')])
    expect(parse('"a=b"=c', odd)).toEqual(compare('a=b', 'equals', 'c'))
    expect(parse('a=b=c', odd)).toEqual(compare('a=b', 'equals', 'c'))
    expect(parse('a=c', odd)).toEqual(compare('a', 'equals', 'c'))
    expect(parse('"x y"=c', odd)).toEqual(compare('x y', 'equals', 'c'))
    expect(parse('x y = c', odd)).toEqual(compare('x y', 'equals', 'c'))
  })

  it('says what is wrong', () => {
    expect(parse('contry=US')).toMatchObject({
      problems: [{ path: '--filter', hint: 'Did you mean `country`?' }],
    })
    expect(parse('small=abc')).toMatchObject({
      problems: [{ found: '"abc"', allowed: expect.stringContaining('32767') }],
    })
    expect(parse('country')).toMatchObject({
      problems: [{ allowed: expect.stringContaining('column=value') }],
    })
    expect(parse('=US')).toMatchObject({ problems: [{ allowed: expect.stringContaining('column=value') }] })
    expect(parse('data={"a":1}')).toMatchObject({
      problems: [{ found: 'a value for a column of type jsonb' }],
    })
  })
})
