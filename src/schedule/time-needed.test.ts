import { describe, expect, test } from 'vitest'
import { CREDIT, type Credits } from '../domain/credits/credits.ts'
import { type Experience, experienceOf } from './experience.ts'
import type { PastRun } from './past-run.ts'
import { autoLeadMs, expectedMs, neededMs, recordsNeeded, type Work } from './time-needed.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const credits = (amount: number) => (amount * CREDIT) as Credits

const NONE: Experience = { runs: 0, pace: null, perRecord: null }

function work(changes: Partial<Work> = {}): Work {
  const cost = { per: 'match', credits: CREDIT, minimum: 0 as Credits } as const
  return { credits: credits(36_000), records: null, cost, perCall: 1, ceilings: {}, experience: NONE, ...changes }
}

/** Runs that each tried so many records in so many seconds, and found so many. */
function seen(...runs: readonly (readonly [tried: number, seconds: number, found: number])[]): Experience {
  return experienceOf(
    runs.map(
      ([tried, seconds, found]) => ({ tried, activeMs: seconds * 1000, spent: credits(found) }) as unknown as PastRun,
    ),
  )
}

describe('what past runs show', () => {
  test('the least, the most, and all of them together', () => {
    expect(seen([1_000, 100, 900], [3_000, 100, 1_500])).toEqual({
      runs: 2,
      pace: { least: 10, typical: 20, most: 30 },
      perRecord: { least: CREDIT / 2, typical: (CREDIT * 2_400) / 4_000, most: (CREDIT * 9) / 10 },
    })
  })

  test('runs of a few records, or of no time, show nothing', () => {
    expect(seen([49, 100, 49], [100, 0, 100])).toEqual(NONE)
  })

  test('runs much smaller than the largest say nothing of the pace', () => {
    const small = seen([99, 1_000, 99], [1_000, 100, 500])
    expect(small.pace).toEqual({ least: 10, typical: 10, most: 10 })
    expect(small.runs).toBe(2)
    expect(seen([100, 1_000, 99], [1_000, 100, 500]).pace?.least).toBe(0.1)
  })

  test('only the latest ten count', () => {
    const slowLongAgo = [...Array(10).fill([100, 10, 100]), [100, 10_000, 100]] as [number, number, number][]
    expect(seen(...slowLongAgo).pace?.least).toBe(10)
  })
})

describe("a start that is 'auto'", () => {
  test('never later than the latest safe one, and a day and a half more than at the slowest pace', () => {
    const experience = seen([1_000, 100, 500], [1_000, 20, 1_000])
    expect(autoLeadMs(work({ experience }))).toBe(2 * HOUR + 36 * HOUR)
    const long = work({ credits: credits(1_440_000), experience })
    expect(autoLeadMs(long)).toBe(neededMs(long))
  })

  test('two days at least, while no pace is known', () => {
    expect(autoLeadMs(work({ credits: credits(100) }))).toBe(48 * HOUR)
    expect(autoLeadMs(work({ credits: null }))).toBe(48 * HOUR)
    expect(autoLeadMs(work({ credits: credits(200_000) }))).toBe(200_000_000 * 1.5 + 30 * MINUTE)
  })

  test('nothing to spend: no start at all', () => {
    expect(autoLeadMs(work({ credits: credits(0) }))).toBe(0)
  })
})

describe('the latest safe start', () => {
  test('half as long again as at the slowest pace for the most records, and half an hour', () => {
    // The slowest: 10 a second; the least per record: half a credit, so that 72,000 records are tried.
    const experience = seen([1_000, 100, 500], [1_000, 20, 1_000])
    expect(neededMs(work({ experience }))).toBe(7_200_000 * 1.5 + 30 * MINUTE)
  })

  test('no fewer records than there are', () => {
    const experience = seen([1_000, 100, 500])
    expect(neededMs(work({ experience, records: 3_000 }))).toBe(300_000 * 1.5 + 30 * MINUTE)
  })

  test('a ceiling counts where it is lower than the pace', () => {
    const experience = seen([1_000, 100, 1_000])
    const ceilings = { perSecond: 50, perMinute: 600, perDay: 36_000 }
    expect(neededMs(work({ experience, ceilings }))).toBe(24 * HOUR * 1.5 + 30 * MINUTE)
    expect(neededMs(work({ experience, ceilings, perCall: 10 }))).toBe(2.4 * HOUR * 1.5 + 30 * MINUTE)
  })

  test('nothing measured: a record a second, and a day at least', () => {
    expect(neededMs(work({ credits: credits(100) }))).toBe(24 * HOUR)
    expect(neededMs(work({ credits: credits(100_000) }))).toBe(100_000_000 * 1.5 + 30 * MINUTE)
    expect(neededMs(work({ credits: null }))).toBe(24 * HOUR)
  })

  test('nothing to spend: no start at all', () => {
    expect(neededMs(work({ credits: 0 as Credits }))).toBe(0)
    expect(neededMs(work({ credits: (CREDIT - 1) as Credits, experience: seen([1_000, 100, 500]) }))).toBe(0)
  })

  test('runs that never found anything: as many records as there are', () => {
    const experience = seen([1_000, 100, 0])
    expect(recordsNeeded(work({ experience, records: 5_000 }))).toMatchObject({ most: 5_000 })
    expect(recordsNeeded(work({ experience }))).toBeNull()
    expect(neededMs(work({ experience }))).toBe(24 * HOUR)
  })
})

test('what is expected is a range, and nothing where nothing was seen', () => {
  expect(expectedMs(work())).toBeNull()
  const experience = seen([1_000, 100, 500], [1_000, 20, 1_000])
  expect(expectedMs(work({ experience }))).toEqual({
    least: 720_000,
    typical: (48_000 / (2_000 / 120)) * 1000,
    most: 7_200_000,
  })
})
