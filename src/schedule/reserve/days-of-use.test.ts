import { describe, expect, test } from 'vitest'
import { daysOfUse, stretchesOf, type Use, usedOn } from './days-of-use.ts'

const at = (iso: string) => Date.parse(iso)
const uses = (...list: readonly (readonly [string, number])[]): Use[] =>
  list.map(([iso, credits]) => ({ at: at(iso), credits }))

/** Sunday, 29 November 2026, until midnight of 1 December. */
const AHEAD = { now: at('2026-11-29T12:00:00Z'), resetAt: at('2026-12-01T00:00:00Z'), timeZone: 'UTC' }

const used = (days: readonly { used: number }[]) => days.map((sample) => sample.used)

describe('days', () => {
  test('from the first use to yesterday; a day without any is known to have none', () => {
    const days = daysOfUse(
      uses(
        ['2026-11-25T06:00:00Z', 5],
        ['2026-11-27T06:00:00Z', 7],
        ['2026-11-27T18:00:00Z', 1],
        ['2026-11-29T06:00:00Z', 9],
      ),
      AHEAD,
    )
    expect(days.map(usedOn)).toEqual([5, 0, 8, 0])
  })

  test('nothing used: none; first used today: today, as far as it has gone', () => {
    expect(daysOfUse([], AHEAD)).toEqual([])
    expect(daysOfUse(uses(['2026-11-29T06:00:00Z', 9]), AHEAD).map(usedOn)).toEqual([9])
  })

  test('begin and end at midnight of the time zone', () => {
    const late = uses(['2026-11-26T23:30:00Z', 5], ['2026-11-28T12:00:00Z', 1])
    expect(daysOfUse(late, AHEAD).map(usedOn)).toEqual([5, 0, 1])
    expect(daysOfUse(late, { ...AHEAD, timeZone: 'Europe/Berlin' }).map(usedOn)).toEqual([5, 1])
  })
})

describe('the time to come', () => {
  // Two weeks of 10 in the morning and 1 in the evening on weekdays, 2 at noon and a half at weekends.
  const days = daysOfUse(
    Array.from({ length: 14 }, (_, n) => at('2026-11-15T00:00:00Z') + n * 86_400_000).flatMap((day) =>
      [0, 6].includes(new Date(day).getUTCDay())
        ? [{ at: day + 12 * 3_600_000, credits: 2 }]
        : [
            { at: day + 6 * 3_600_000, credits: 10 },
            { at: day + 20 * 3_600_000, credits: 1 },
          ],
    ),
    AHEAD,
  )

  test('is the rest of today, as it was on such days, and whole days after it', () => {
    const [today, monday] = stretchesOf(days, AHEAD)
    expect(today?.count).toBe(1)
    expect(used(today?.samples ?? [])).toEqual([2, 2, 2, 2])
    expect(monday?.count).toBe(1)
    expect(new Set(used(monday?.samples ?? []))).toEqual(new Set([11]))
    expect(monday?.samples).toHaveLength(10)
  })

  test('after the load of the last day nothing of it is needed any more', () => {
    const morning = { ...AHEAD, now: at('2026-11-30T05:00:00Z') }
    const noon = { ...AHEAD, now: at('2026-11-30T07:00:00Z') }
    const night = { ...AHEAD, now: at('2026-11-30T21:00:00Z') }
    const rest = (ahead: typeof AHEAD) => new Set(stretchesOf(days, ahead).flatMap(({ samples }) => used(samples)))
    expect([rest(morning), rest(noon), rest(night)]).toEqual([new Set([11]), new Set([1]), new Set([0])])
    expect(stretchesOf(days, { ...AHEAD, now: AHEAD.resetAt })).toEqual([])
  })

  test('of the day of a reset at noon, its morning', () => {
    const [, , tuesday] = stretchesOf(days, { ...AHEAD, resetAt: at('2026-12-01T12:00:00Z') })
    expect(new Set(used(tuesday?.samples ?? []))).toEqual(new Set([10]))
  })

  test('later days count more; with too few of a kind all of them count', () => {
    const [, monday] = stretchesOf(days, AHEAD)
    const weights = monday?.samples.map(({ weight }) => weight) ?? []
    expect(weights).toEqual(weights.toSorted((a, b) => a - b))
    const week = days.slice(-3)
    const [, alike] = stretchesOf(week, AHEAD)
    expect(alike?.samples).toHaveLength(3)
  })
})
