import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CREDIT, type Credits, NO_CREDITS } from '../domain/credits/credits.ts'
import type { Experience } from './experience.ts'
import { accountForecast, changeFor, type Forecast, forecast, type Known } from './forecast.ts'

const NOW = Date.parse('2026-11-30T00:00:00Z')
const HOUR = 3_600_000
const credits = (amount: number) => (amount * CREDIT) as Credits

const NEW: Experience = { runs: 0, pace: null, perRecord: null }
const range = (least: number, typical: number, most: number) => ({ least, typical, most })

/** Nine in ten records are found, at ten records a second. */
const KNOWN: Experience = {
  runs: 3,
  pace: range(8, 10, 12),
  perRecord: range(0.8 * CREDIT, 0.9 * CREDIT, CREDIT),
}

function known({ experience = KNOWN, ...changes }: Partial<Known> & { experience?: Experience } = {}): Known {
  return {
    now: NOW,
    stopAt: NOW + 10 * HOUR,
    startsAt: NOW + HOUR,
    eligible: 1_000_000,
    limit: null,
    free: credits(9_000),
    budget: 'remaining',
    rollover: 0,
    work: { cost: { per: 'match', credits: CREDIT, minimum: NO_CREDITS }, perCall: 1, ceilings: {}, experience },
    ...changes,
  }
}

/** In whole credits. */
function told(changes: Parameters<typeof known>[0] = {}) {
  const { use, unused, expired, causes } = forecast(known(changes)) as Forecast
  const decimal = (of: Forecast['use']) => [of.least, of.typical, of.most].map((each) => Math.round(each / CREDIT))
  return {
    use: decimal(use),
    unused: decimal(unused),
    expired: decimal(expired),
    causes: causes.map(({ cause, credits: left }) => [cause, Math.round(left / CREDIT)]),
  }
}

test('records and time enough: all is spent', () => {
  expect(told()).toEqual({ use: [9_000, 9_000, 9_000], unused: [0, 0, 0], expired: [0, 0, 0], causes: [] })
})

test('records that share a call cost nothing, as long as no run has shown what they cost', () => {
  const work = { ...known({ experience: NEW }).work, alone: 0.6 }
  expect(told({ work, eligible: 5_000 })).toMatchObject({
    use: [0, 3_000, 3_000],
    causes: [['too-few-records', 6_000]],
  })
  const shown = { ...known().work, alone: 0.6 }
  expect(told({ work: shown, eligible: 5_000 })).toMatchObject({ use: [4_000, 4_500, 5_000] })
})

test('too few records: what they will cost, as past runs have it', () => {
  expect(told({ eligible: 5_000 })).toEqual({
    use: [4_000, 4_500, 5_000],
    unused: [4_000, 4_500, 5_000],
    expired: [4_000, 4_500, 5_000],
    causes: [['too-few-records', 4_500]],
  })
  expect(told({ limit: 5_000 })).toMatchObject({ causes: [['too-few-records', 4_500]] })
})

test('a start that is too late: what an earlier one would have spent', () => {
  // A quarter of an hour at 10 a second is 9,000 records; nine in ten of them cost a credit.
  expect(told({ startsAt: NOW + 9.75 * HOUR })).toMatchObject({
    use: [5_760, 8_100, 9_000],
    causes: [['starts-too-late', 900]],
  })
})

test('a vendor that is too slow even from now on', () => {
  const slow = { ...KNOWN, pace: range(0.05, 0.1, 0.2) }
  expect(told({ experience: slow })).toMatchObject({
    use: [1_296, 2_916, 6_480],
    causes: [
      ['too-slow', 5_760],
      ['starts-too-late', 324],
    ],
  })
  const ceilinged = known()
  const work = { ...ceilinged.work, ceilings: { perDay: 8_640 } }
  expect(told({ work })).toMatchObject({
    causes: [
      ['too-slow', 5_760],
      ['starts-too-late', 324],
    ],
  })
})

test('nothing starts it', () => {
  expect(told({ startsAt: null })).toEqual({
    use: [0, 0, 0],
    unused: [9_000, 9_000, 9_000],
    expired: [9_000, 9_000, 9_000],
    causes: [['no-start', 9_000]],
  })
})

test('a budget below what is free', () => {
  expect(told({ budget: credits(2_000) })).toMatchObject({ use: [2_000, 2_000, 2_000], causes: [['budget', 7_000]] })
})

test('a share of what is unused rolls over', () => {
  expect(told({ startsAt: null, rollover: 0.25 })).toMatchObject({
    unused: [9_000, 9_000, 9_000],
    expired: [6_750, 6_750, 6_750],
  })
})

describe('without a past run', () => {
  test('matches may cost nothing, or all of it', () => {
    expect(told({ experience: NEW, eligible: 5_000 })).toMatchObject({
      use: [0, 5_000, 5_000],
      causes: [['too-few-records', 4_000]],
    })
  })

  test('records are charged as they are', () => {
    const cost = { per: 'record', credits: CREDIT, minimum: NO_CREDITS } as const
    const work = { cost, perCall: 1, ceilings: {}, experience: NEW }
    expect(told({ work, eligible: 5_000 })).toMatchObject({ use: [5_000, 5_000, 5_000] })
  })
})

test('no balance, no forecast; none left, nothing unused', () => {
  expect(forecast(known({ free: null }))).toBeNull()
  expect(told({ free: credits(-5) })).toMatchObject({ use: [0, 0, 0], unused: [0, 0, 0], causes: [] })
})

test('what is used and what is not make up what is free, whatever comes', () => {
  const amounts = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(
      amounts,
      amounts,
      fc.integer({ min: 0, max: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (free, eligible, hours, rollover) => {
        const { use, unused, expired, causes } = forecast(
          known({ free: credits(free), eligible, startsAt: NOW + hours * HOUR, rollover }),
        ) as Forecast
        expect(use.typical + unused.typical).toBe(credits(free))
        expect(use.least).toBeLessThanOrEqual(use.typical)
        expect(use.typical).toBeLessThanOrEqual(use.most)
        expect(unused.least).toBeGreaterThanOrEqual(0)
        expect(expired.most).toBeLessThanOrEqual(unused.most)
        // There is a cause wherever a credit is left.
        if (unused.typical >= 2 * CREDIT) expect(causes.length).toBeGreaterThan(0)
      },
    ),
  )
})

describe('jobs that share an account', () => {
  const leaving = (name: string, use: ReturnType<typeof range>, free: number) => ({
    name,
    use,
    unused: range(free - use.most, free - use.typical, free - use.least),
  })

  test('one job alone leaves what it leaves', () => {
    const only = leaving('a', range(10, 60, 80), 100)
    expect(accountForecast([only])).toEqual({ unused: range(20, 40, 90), nearest: only })
  })

  test('what the others use is not unused; the job that leaves the least says why', () => {
    const [a, b] = [leaving('a', range(10, 20, 30), 100), leaving('b', range(40, 50, 60), 100)]
    expect(accountForecast([a, b])).toEqual({ unused: range(10, 30, 50), nearest: b })
  })

  test('never less than nothing', () => {
    const [a, b] = [leaving('a', range(0, 100, 100), 100), leaving('b', range(0, 70, 100), 100)]
    expect(accountForecast([b, a])?.unused).toEqual(range(0, 0, 100))
    expect(accountForecast([])).toBeNull()
  })
})

const AROUND = { coolingDown: 0, minAgeMs: null, latest: null, why: undefined }

test('too few records: what would make more of them eligible, and nothing that would not', () => {
  const plain = 'more eligible records: a wider `where` or `eligible`, a larger `limit`'
  expect(changeFor('too-few-records', AROUND)).toBe(plain)
  expect(changeFor('too-few-records', { ...AROUND, minAgeMs: 1 })).toBe(`${plain}, a shorter \`minAge\``)
  expect(changeFor('too-few-records', { ...AROUND, coolingDown: 12 })).toBe(
    `${plain}, \`spenddown cooldown clear\` for 12 records cooling down`,
  )
})
