import { describe, expect, test } from 'vitest'
import { NO_CHANGES, readChanges, shownChanges, withChanges } from './changes.ts'

const DAY_MS = 86_400_000

describe('what fresh data has changed', () => {
  test('is counted by record, by column and by age', () => {
    const changes = withChanges(NO_CHANGES, [
      { columns: ['title', 'company'], ageMs: 400 * DAY_MS },
      { columns: [], ageMs: 400 * DAY_MS },
      { columns: ['title'], ageMs: null },
      { columns: ['title'], ageMs: undefined },
      { columns: [], ageMs: 0 },
    ])
    const more = withChanges(changes, [{ columns: ['title'], ageMs: 3_000 * DAY_MS }])
    expect(more).toMatchObject({ compared: 6, changed: 4, columns: { title: 4, company: 1 } })
    expect(shownChanges(more).byAge).toEqual([
      { fromDays: null, toDays: null, compared: 1, changed: 1 },
      { fromDays: 0, toDays: 30, compared: 1, changed: 0 },
      { fromDays: 30, toDays: 90, compared: 0, changed: 0 },
      { fromDays: 90, toDays: 180, compared: 0, changed: 0 },
      { fromDays: 180, toDays: 365, compared: 0, changed: 0 },
      { fromDays: 365, toDays: 730, compared: 2, changed: 1 },
      { fromDays: 730, toDays: null, compared: 1, changed: 1 },
    ])
    expect(NO_CHANGES).toMatchObject({ compared: 0, byAge: [{ compared: 0 }, {}, {}, {}, {}, {}, {}] })
  })

  test('is read as it was written; what cannot be read is nothing', () => {
    const changes = withChanges(NO_CHANGES, [{ columns: ['__proto__', 'title'], ageMs: 5 }])
    expect(readChanges(JSON.stringify(changes))).toEqual(changes)
    for (const text of [null, '', '{}', '[]', 'null', '{"compared":1,"changed":0,"columns":{},"byAge":[]}'])
      expect(readChanges(text)).toBeNull()
  })
})
