import { expect, test } from 'vitest'
import type { Column, UserTable } from '../user-table.ts'
import { stampedText, stampText } from './stamp.ts'

const at = new Date('2026-11-05T10:00:00.777Z')

function tableWith(dialect: UserTable['dialect'], refreshedAt: Partial<Column>): UserTable {
  return { dialect, refreshedAt } as UserTable
}

test('what is read of a stamp is what was written, as the column holds it', () => {
  const epoch = tableWith('sqlite', { kind: 'integer', instant: 'epoch-ms' })
  expect([stampText(epoch, at), stampedText(epoch, at)]).toEqual(['1793872800777', '1793872800777'])
  const iso = tableWith('sqlite', { kind: 'text', instant: 'iso-text' })
  expect([stampText(iso, at), stampedText(iso, at)]).toEqual(Array(2).fill('2026-11-05T10:00:00.777Z'))
  const zoned = tableWith('postgresql', { kind: 'timestamptz', sqlType: 'timestamp with time zone' })
  expect(stampText(zoned, at)).toBe('2026-11-05T10:00:00.777Z')
  expect(stampedText(zoned, at)).toBe('2026-11-05T10:00:00.777000Z')
  const plain = tableWith('postgresql', { kind: 'timestamp', sqlType: 'timestamp without time zone' })
  expect(stampText(plain, at)).toBe('2026-11-05T10:00:00.777')
})

test.each([
  [0, '2026-11-05T10:00:01.000000Z'],
  [1, '2026-11-05T10:00:00.800000Z'],
  [2, '2026-11-05T10:00:00.780000Z'],
  [3, '2026-11-05T10:00:00.777000Z'],
  [6, '2026-11-05T10:00:00.777000Z'],
])('a column of %i digits has rounded it', (digits, text) => {
  const table = tableWith('postgresql', { kind: 'timestamptz', sqlType: `timestamp(${digits}) with time zone` })
  expect(stampedText(table, at)).toBe(text)
})
