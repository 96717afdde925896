import { describe, expect, test } from 'vitest'
import { PEOPLE, SQLITE_PEOPLE } from '../../../../test/support/store/test-tables.ts'
import { parseCredits } from '../../../domain/credits/credits.ts'
import { asDatabaseError } from '../../database-error.ts'
import { postgresqlErrors } from '../../dialect/postgresql/errors.ts'
import { changedColumns } from '../compare/changed-columns.ts'
import { columnOf, type UserTable } from '../user-table.ts'
import { encodeValue, encodeValues } from './encode-values.ts'

const MANY = 100_000
const digits = '1'.repeat(MANY)
const TEXTS: Readonly<Record<string, string>> = {
  'digits and a letter': `${digits}x`,
  'digits, a point, digits and a letter': `${digits}.${digits}x`,
  'zeros and a letter': `1.${'0'.repeat(MANY)}x`,
  'zeros and a digit': `1.${'0'.repeat(MANY)}1`,
  'a point and zeros': `${digits}.${'0'.repeat(MANY)}`,
  'spaces and a letter': `x${' '.repeat(MANY)}x`,
  backslashes: '\\'.repeat(MANY),
  'backslashes and NUL': `${'\\'.repeat(MANY)}\0`,
  braces: `{${'}'.repeat(MANY)}x`,
  dashes: '2026-11-05T10:00:00.'.padEnd(MANY, '1'),
  quotes: `${': "'.repeat(MANY / 3)}x`,
  words: `${'Message: `'.repeat(MANY / 4)}x`,
}
/** Quadratic reading takes seconds; a busy machine leaves room enough below. */
const MOST_MS = 1_500

function within(work: () => unknown): void {
  const from = performance.now()
  work()
  expect(performance.now() - from).toBeLessThan(MOST_MS)
}

describe.each(Object.entries(TEXTS))('reading takes no longer than the text is long: %s', (_, text) => {
  test.each([
    ['PostgreSQL', PEOPLE],
    ['SQLite', SQLITE_PEOPLE],
  ])('as a value of any column in %s', (_name, table: UserTable) => {
    for (const { name } of table.columns) {
      within(() => encodeValues(table, { [name]: text }))
      within(() => encodeValues(table, { [name]: [text] }))
    }
    within(() => encodeValue(text, { ...columnOf(table, 'country'), castType: 'bpchar', maxLength: 5 }, table.dialect))
  })

  test('as a value that is compared', () => {
    for (const before of ['1.5', text]) within(() => changedColumns(PEOPLE, { id: 1, price: before }, { price: text }))
  })

  test('as credits, and in an error of the database', () => {
    within(() => parseCredits(text))
    within(() => postgresqlErrors.refusalOf({ code: '22P02', message: `invalid: ${text}`, meta: {} } as never))
    const denied = { name: 'PrismaClientKnownRequestError', code: '42501', message: text }
    within(() => asDatabaseError(denied))
  })
})
