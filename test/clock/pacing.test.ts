import { describe, expect, test } from 'vitest'
import { systemClock } from '../../src/domain/time/clock.ts'
import { AdaptivePace, type PaceOptions } from '../../src/pacing/adaptive-pace.ts'
import { Limiter } from '../../src/pacing/limiter.ts'
import { busiest } from '../support/pacing/busiest-under-test.ts'
import { c, SourceUnderTest, sample, sleep } from '../support/pacing/source-under-test.ts'

function pace(limits: PaceOptions['limits']) {
  return new AdaptivePace({ limits, clock: systemClock })
}

describe('what the vendor says of its limits', () => {
  const said = (remaining: number, resetMs: number) => {
    const seen = sample('ok')
    return { ...seen, quotas: [{ limit: 100, remaining, resetAt: seen.at + resetMs, windowMs: 60_000 }] }
  }

  test('with nothing left no call is sent until the reset; then one call probes, and the rest follow its reply', async () => {
    const running = pace({ maxConcurrent: 8 })
    const source = new SourceUnderTest(20, 20)
    running.setCredits(c(20))
    running.observe(said(0, 1_100))
    expect(running.pausedForMs).toBeGreaterThan(1_000)
    const pausedUntil = Date.now() + running.pausedForMs
    running.pump(source)
    source.onReply = () => running.observe(said(90, 60_000))
    while (source.sentAt.length < 20) await sleep(5)
    await running.idle()
    const [first = 0, second = 0] = source.sentAt
    expect(performance.timeOrigin + first).toBeGreaterThanOrEqual(pausedUntil - 2)
    expect(second - first).toBeGreaterThan(10)
  })

  test('with little left calls are spread, whatever the slots', async () => {
    const running = pace({ maxConcurrent: 8 })
    const source = new SourceUnderTest(10, 5)
    running.setCredits(c(10))
    const resetAt = Date.now() + 550
    running.observe(said(11, 550))
    running.pump(source)
    while (source.sentAt.length < 10) await sleep(5)
    await running.idle()
    // After the reset they need not be apart any more.
    const before = source.sentAt.filter((at) => performance.timeOrigin + at < resetAt)
    const apart = before.slice(1).map((at, i) => at - (before[i] as number))
    expect(apart.length).toBeGreaterThan(2)
    expect(Math.min(...apart)).toBeGreaterThan(20)
    expect(source.most).toBe(1)
  })

  test('with so many left no more are sent, however many slots are free', async () => {
    const running = pace({ maxConcurrent: 64 })
    const source = new SourceUnderTest(200, 60)
    running.setCredits(c(200))
    running.observe(said(30, 60_000))
    running.pump(source)
    await sleep(50)
    expect(source.sentAt.length).toBeLessThanOrEqual(30)
    source.waiting = 0
    await running.idle()
  })

  test('a throttle that names its reset lasts so long, and no backoff is guessed', () => {
    const running = pace({})
    const seen = sample('throttled')
    running.observe({ ...seen, quotas: [{ limit: 9, remaining: 0, resetAt: seen.at + 7_000, windowMs: null }] })
    expect(running.pausedForMs).toBeCloseTo(7_000, -2)
  })
})

describe('at a thousand calls a second', () => {
  const BY_MS = 250

  /** A run at full pace for a while, its calls 5 ms long. */
  async function underway() {
    const running = pace({ maxConcurrent: 64, perSecond: 1_000 })
    const source = new SourceUnderTest(20_000, 5)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(20_000))
    running.pump(source)
    while (source.sentAt.length < 400) await sleep(5)
    return { running, source }
  }
  const sentAfter = (source: SourceUnderTest, at: number) => source.sentAt.filter((sentAt) => sentAt > at).length

  test('a pause reaches every slot within a quarter of a second', async () => {
    const { running, source } = await underway()
    source.onReply = () => {}
    running.observe(sample('throttled', 700))
    const at = performance.now()
    await sleep(650)
    expect(source.sentAt.filter((sentAt) => sentAt > at + BY_MS && sentAt < at + 650).length).toBe(0)
    source.waiting = 0
    await running.idle()
  })

  test('and so does a lower rate, and fewer calls at once', async () => {
    const { running, source } = await underway()
    source.onReply = () => {}
    running.observe(sample('throttled', 0))
    for (let i = 0; i < 8; i++) running.observe(sample('failed'))
    const at = performance.now()
    // Down after failures: only probes are sent.
    await sleep(BY_MS + 600)
    expect(sentAfter(source, at + BY_MS)).toBeLessThanOrEqual(1)
    source.waiting = 0
    await running.idle()
  })
})

describe('a ceiling for a second', () => {
  const stall = (ms: number) => {
    const until = performance.now() + ms
    while (performance.now() < until);
  }

  test('is kept by what leaves, also after this process was held up', async () => {
    const running = pace({ maxConcurrent: 16, perSecond: 50 })
    const source = new SourceUnderTest(110, 20)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(110))
    running.pump(source)
    for (const ms of [150, 400, 90, 250]) {
      await sleep(200)
      stall(ms)
    }
    await running.idle()
    expect(source.sentAt.length).toBe(110)
    expect(busiest(source.sentAt, 1_000)).toBeLessThanOrEqual(50)
  })

  test('is kept where a job carries many calls, and these become quick', async () => {
    const running = pace({ maxConcurrent: 100, perSecond: 200 })
    const source = new SourceUnderTest(700, 300)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(700))
    running.pump(source)
    await sleep(1_500)
    source.takesMs = 2
    await running.idle()
    expect(source.sentAt.length).toBe(700)
    expect(busiest(source.sentAt, 1_000)).toBeLessThanOrEqual(200)
  })

  test('is used: at least 95 % of it, with timers as late as they are', async () => {
    const running = pace({ maxConcurrent: 100, perSecond: 500 })
    const source = new SourceUnderTest(1_300, 5)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(1_300))
    running.pump(source)
    await running.idle()
    expect(busiest(source.sentAt, 1_000)).toBeLessThanOrEqual(500)
    expect(busiest(source.sentAt, 1_000)).toBeGreaterThanOrEqual(475)
  })
})

describe('a ceiling for an hour', () => {
  test('stops the sending when it is reached, and counts what processes before have sent', async () => {
    const running = pace({ perHour: 12, perDay: 1_000 })
    const source = new SourceUnderTest(30, 1)
    const began = Date.now()
    running.recall([{ lastAt: began - 1_800_000, calls: 5 }])
    expect(running.countsForMs).toBeGreaterThanOrEqual(86_400_000)
    running.setCredits(c(30))
    running.pump(source)
    await running.idle()
    expect(source.sentAt.length).toBe(7)
    const inMs = Date.now() + running.pausedForMs - began
    expect(inMs).toBeGreaterThanOrEqual(1_800_000)
    expect(inMs).toBeLessThan(1_810_000)
  })

  test('without one nothing is counted', () => expect(pace({ perMinute: 60 }).countsForMs).toBe(0))
})

describe('the limiter', () => {
  test('starts jobs no closer together than asked', async () => {
    const limiter = new Limiter({ concurrency: 5, minTimeMs: 20, credits: c(0), clock: systemClock })
    const starts: number[] = []
    const job = async () => {
      starts.push(performance.now())
    }
    await Promise.all(Array.from({ length: 6 }, () => limiter.run(c(0), job)))
    expect(starts.at(-1)! - starts[0]!).toBeGreaterThanOrEqual(5 * 20 - 15)
  })
})
