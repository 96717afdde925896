import { describe, expect, test } from 'vitest'
import { ColumnsRead } from './columns-read.ts'

describe('which columns a function reads of a record', () => {
  const row = () => ({ email: 'a@x', name: null, age: 3 })

  test.each([
    ['by name', (r: Record<string, unknown>) => r.email, { email: 'a@x' }],
    ['by destructuring', ({ email, name }: Record<string, unknown>) => [email, name], { email: 'a@x', name: null }],
    ['by asking whether it is there', (r: Record<string, unknown>) => 'age' in r, { age: 3 }],
    ['all of them by a spread', (r: Record<string, unknown>) => ({ ...r }), row()],
    ['all of them as JSON', (r: Record<string, unknown>) => JSON.stringify(r), row()],
    ['none that it does not have', (r: Record<string, unknown>) => r.no ?? String(r), {}],
  ])('%s', (_, read, held) => {
    const columns = new ColumnsRead()
    const record = row()
    read(columns.observe(record) as never)
    expect({ ...columns.of(record) }).toEqual(held)
  })

  test('as they were at the first look, and the same row each time', () => {
    const columns = new ColumnsRead()
    const record = row()
    const observed = columns.observe(record) as { email: string }
    observed.email = observed.email.toUpperCase()
    expect([columns.observe(record) === observed, observed.email, { ...columns.of(record) }]).toEqual([
      true,
      'A@X',
      { email: 'a@x' },
    ])
    expect(columns.of(row())).toEqual({})
  })
})
