import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BEGAN_AT, courseUnderTest } from '../../test/support/report/report-under-test.ts'
import { ITEM_END_STATES } from '../domain/call/item.ts'
import { mergedCounts } from '../domain/run/latency-counts.ts'
import { fewerPoints, idleTimes, MOST_POINTS, outcomeRates } from './course.ts'
import { MOST_CHANGES, paceChanges } from './pace-changes.ts'

/** A course whose snapshots are any times apart, with any records in each. */
const course = fc
  .array(fc.record({ gapMs: fc.integer({ min: 1, max: 90_000 }), refreshed: fc.nat(500), failed: fc.nat(9) }), {
    maxLength: 800,
  })
  .map((steps) => {
    let [at, refreshed, failed] = [BEGAN_AT, 0, 0]
    return courseUnderTest(steps.length, (place) => {
      const step = steps[place]
      at += step?.gapMs ?? 0
      refreshed += step?.refreshed ?? 0
      failed += step?.failed ?? 0
      return { at, items: { refreshed, failed, notFound: 0, unknown: 0, superseded: 0 } }
    })
  })

describe('a course in fewer points', () => {
  test('has no more than are wanted, begins and ends as it does, and loses no call', () => {
    fc.assert(
      fc.property(course, fc.integer({ min: 2, max: MOST_POINTS }), (all, most) => {
        const fewer = fewerPoints(all, most)
        expect(fewer.length).toBeLessThanOrEqual(most)
        expect(fewer[0]).toEqual(all[0])
        expect(fewer.at(-1)?.items).toEqual(all.at(-1)?.items)
        const calls = (list: typeof all) =>
          Object.values(mergedCounts(list.map(({ latencies }) => latencies))).reduce((sum, count) => sum + count, 0)
        expect(calls(fewer)).toBe(calls(all))
        expect(fewer.map(({ at }) => at)).toEqual(fewer.map(({ at }) => at).toSorted((a, b) => a - b))
      }),
      { numRuns: 40 },
    )
  })

  test('is the course itself where that is short', () => {
    const all = courseUnderTest(MOST_POINTS)
    expect(fewerPoints(all)).toEqual(all)
    expect(fewerPoints([])).toEqual([])
  })
})

test('every record is counted in one of the equal times, and none twice', () => {
  fc.assert(
    fc.property(course, (all) => {
      const { times, everyMs } = outcomeRates(all)
      expect(times.length).toBeLessThanOrEqual(60)
      if (times.length === 0) return
      expect(times.length).toBe(Math.ceil(((all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0)) / everyMs))
      for (const state of ITEM_END_STATES) {
        const counted = times.reduce((sum, { records }) => sum + records[state], 0)
        expect(counted).toBe((all.at(-1)?.items[state] ?? 0) - (all[0]?.items[state] ?? 0))
        expect(times.every(({ records }) => records[state] >= 0)).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
})

test('a course too short for a rate has none', () => {
  expect(outcomeRates(courseUnderTest(1)).times).toEqual([])
  expect(outcomeRates([]).times).toEqual([])
})

test('a time in which nobody worked is found; a run that worked on has none', () => {
  expect(idleTimes(courseUnderTest(50))).toEqual([])
  const stopped = courseUnderTest(50, (place) => (place < 20 ? {} : { at: BEGAN_AT + place * 1_000 + 600_000 }))
  expect(idleTimes(stopped)).toEqual([{ fromAt: BEGAN_AT + 19_000, toAt: BEGAN_AT + 619_000 }])
})

describe('changes of the pace', () => {
  const pace = (concurrency: number, reason: string) => ({ pace: { concurrency, perSecond: null, reason } })

  test('for the same reason in a row are one, which says how often', () => {
    const ramp = courseUnderTest(6, (place) =>
      place < 5 ? pace(2 ** place, `raised to ${2 ** place}: well`) : pace(8, 'lowered from 16 to 8: slow'),
    )
    expect(paceChanges(ramp)).toMatchObject({
      changes: [
        { concurrency: 16, reason: 'raised to 16: well', times: 5, at: BEGAN_AT, lastAt: BEGAN_AT + 4_000 },
        { concurrency: 8, times: 1, at: BEGAN_AT + 5_000 },
      ],
      leftOut: 0,
    })
  })

  test('are the largest where there are too many, in their order, and the rest is counted', () => {
    const reasons = ['up', 'down']
    const restless = courseUnderTest(1_000, (place) =>
      pace(place === 500 ? 1 : 100 + (place % 2), `${reasons[place % 2]}`),
    )
    const { changes, leftOut } = paceChanges(restless)
    expect(changes).toHaveLength(MOST_CHANGES)
    expect(leftOut).toBe(900)
    expect(changes.some(({ concurrency }) => concurrency === 1)).toBe(true)
    expect(changes[0]?.at).toBe(BEGAN_AT)
    expect(changes.map(({ at }) => at)).toEqual(changes.map(({ at }) => at).toSorted((a, b) => a - b))
  })

  test('that cannot be read are none', () => {
    expect(paceChanges(courseUnderTest(3, () => ({ pace: null })))).toEqual({ changes: [], leftOut: 0 })
  })
})

test('no record is told of while nobody worked: what ended after the gap is not spread over it', () => {
  // Ten records in the first ten seconds, an hour of nothing, and ten more in the ten seconds after it.
  const gapped = courseUnderTest(3, (place) => ({
    at: BEGAN_AT + [0, 10_000, 3_620_000][place]!,
    activeMs: [0, 10_000, 20_000][place]!,
    items: { refreshed: 10 * place, notFound: 0, failed: 0, unknown: 0, superseded: 0 },
  }))
  const { times, everyMs } = outcomeRates(gapped)
  const within = times.filter(({ at }) => at >= BEGAN_AT + 10_000 && at + everyMs <= BEGAN_AT + 3_610_000)
  expect(within.length).toBeGreaterThan(5)
  expect(within.every(({ records }) => records.refreshed === 0)).toBe(true)
  expect(times.reduce((sum, { records }) => sum + records.refreshed, 0)).toBe(20)
})
