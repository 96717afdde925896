import { describe, expect, it } from 'vitest'
import { PEOPLE, SQLITE_PEOPLE } from '../../../../test/support/store/test-tables.ts'
import { isNewer } from './instant-text.ts'

describe('isNewer', () => {
  it('is what came after the selection, and nothing else', () => {
    const at = '2026-01-01T00:00:00.000001Z'
    expect(isNewer(PEOPLE, null, null)).toBe(false)
    expect(isNewer(PEOPLE, null, at)).toBe(false)
    expect(isNewer(PEOPLE, at, null)).toBe(true)
    expect(isNewer(PEOPLE, at, at)).toBe(false)
    expect(isNewer(PEOPLE, '2026-01-01T00:00:00.000002Z', at)).toBe(true)
    expect(isNewer(PEOPLE, '2025-12-31T23:59:59.999999Z', at)).toBe(false)
    expect(isNewer(PEOPLE, 'infinity', at)).toBe(true)
    expect(isNewer(PEOPLE, '-infinity', at)).toBe(false)
  })

  it('compares instants as what they are in SQLite too', () => {
    expect(isNewer(SQLITE_PEOPLE, '1000', '999')).toBe(true)
    expect(isNewer(SQLITE_PEOPLE, '999', '1000')).toBe(false)
    expect(isNewer(SQLITE_PEOPLE, '2026-01-01 09:00:00', '2026-01-01T08:00:00.000Z')).toBe(true)
    expect(isNewer(SQLITE_PEOPLE, '2026-01-01T09:00:00+02:00', '2026-01-01T08:00:00.000Z')).toBe(false)
    expect(isNewer(SQLITE_PEOPLE, '2026-01-01T00:00:00Z', '1700000000000')).toBe(true)
  })

  it('takes what it cannot compare for newer: in doubt it does not overwrite', () => {
    expect(isNewer(SQLITE_PEOPLE, 'just now', '2026-01-01')).toBe(true)
    expect(isNewer(SQLITE_PEOPLE, '2026-01-01', 'long ago')).toBe(true)
  })

  it('knows nothing without refreshedAt', () => {
    expect(isNewer({ ...PEOPLE, refreshedAt: null }, '2026-01-01', null)).toBe(false)
  })
})
