import { afterEach, describe, expect, test, vi } from 'vitest'
import { c, SourceUnderTest, sample, sleep } from '../../test/support/pacing/source-under-test.ts'
import { systemClock } from '../domain/time/clock.ts'
import { AdaptivePace } from './adaptive-pace.ts'
import { Limiter } from './limiter.ts'

const TWO_HOURS = 7_200_000

/** Sets the wall clock; the monotonic one is unaffected. */
function setClock(byMs: number): void {
  const now = Date.now
  vi.spyOn(Date, 'now').mockImplementation(() => now() + byMs)
}

function pace(limits: ConstructorParameters<typeof AdaptivePace>[0]['limits'] = {}): AdaptivePace {
  const running = new AdaptivePace({ limits, clock: systemClock })
  running.setCredits(c(100))
  return running
}

async function drained(running: AdaptivePace, source: SourceUnderTest): Promise<number> {
  const since = performance.now()
  running.pump(source)
  while (source.waiting > 0 && performance.now() - since < 3_000) await sleep(5)
  const { waiting } = source
  source.waiting = 0
  await Promise.race([running.idle(), sleep(1_000)])
  return waiting
}

afterEach(() => void vi.restoreAllMocks())

describe.each([
  ['back', -TWO_HOURS],
  ['forward', TWO_HOURS],
])('a clock that is set %s two hours', (_, byMs) => {
  test.each([0, 20])('holds up no slot, with a spacing of %i ms', async (minTimeMs) => {
    const limiter = new Limiter({ concurrency: 4, minTimeMs, credits: c(100), clock: systemClock })
    await limiter.run(c(1), async () => {})
    setClock(byMs)
    let begun = 0
    const begin = async () => {
      begun += 1
    }
    const jobs = Promise.all([1, 2, 3].map(() => limiter.run(c(1), begin)))
    await Promise.race([jobs, sleep(3_000)])
    expect(begun).toBe(3)
  })

  test.each([1, 2, 3, 4, 5, 6])('in between two looks at it, the %ith from now on, holds up no slot', async (looks) => {
    const limiter = new Limiter({ concurrency: 4, minTimeMs: 1, credits: c(100), clock: systemClock })
    await limiter.run(c(1), async () => {})
    const now = Date.now
    let seen = 0
    vi.spyOn(Date, 'now').mockImplementation(() => now() + (++seen > looks ? byMs : 0))
    let begun = 0
    const begin = async () => {
      begun += 1
    }
    await Promise.race([Promise.all([1, 2, 3].map(() => limiter.run(c(1), begin))), sleep(3_000)])
    expect(begun).toBe(3)
  })

  test('leaves the pace alone', async () => {
    const running = pace({ perSecond: 50 })
    expect(await drained(running, new SourceUnderTest(3, 1))).toBe(0)
    setClock(byMs)
    const source = new SourceUnderTest(6, 1)
    // Not since the first call, which a busy machine may see late: five gaps of 20 ms.
    const since = performance.now()
    expect(await drained(running, source)).toBe(0)
    expect((source.sentAt.at(-1) as number) - since).toBeGreaterThanOrEqual(95)
  })

  test('makes nobody wait longer than the vendor asks, nor shorter', async () => {
    const running = pace()
    const asked = performance.now()
    running.observe(sample('throttled', 400))
    setClock(byMs)
    expect(running.pausedForMs).toBeLessThanOrEqual(400)
    const source = new SourceUnderTest(2, 1)
    expect(await drained(running, source)).toBe(0)
    expect((source.sentAt[0] as number) - asked).toBeGreaterThan(390)
  })

  test('nor than its window lasts', async () => {
    const running = pace()
    const seen = sample('ok')
    const said = performance.now()
    running.observe({ ...seen, quotas: [{ limit: 9, remaining: 0, resetAt: seen.at + 400, windowMs: 400 }] })
    setClock(byMs)
    const source = new SourceUnderTest(1, 1)
    expect(await drained(running, source)).toBe(0)
    expect((source.sentAt[0] as number) - said).toBeGreaterThan(390)
  })
})
