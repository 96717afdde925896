import { describe, expect, test } from 'vitest'
import { c, SourceUnderTest, sample, sleep } from '../../test/support/pacing/source-under-test.ts'
import { NO_CREDITS } from '../domain/credits/credits.ts'
import { systemClock } from '../domain/time/clock.ts'
import type { PaceReport } from '../refresh/ports/pace.ts'
import { AdaptivePace } from './adaptive-pace.ts'

function pace(limits: ConstructorParameters<typeof AdaptivePace>[0]['limits'], told: PaceReport[] = []) {
  return new AdaptivePace({ limits, clock: systemClock, onChange: (report) => told.push(report) })
}

async function drain(running: AdaptivePace, source: SourceUnderTest): Promise<void> {
  running.pump(source)
  await running.idle()
}

describe('the pace', () => {
  test('sends every call, grows with success, and never beyond its ceiling', async () => {
    const told: PaceReport[] = []
    const running = pace({ maxConcurrent: 10 }, told)
    const source = new SourceUnderTest(300, 10)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(300))
    await drain(running, source)
    expect([source.sentAt.length, running.concurrency]).toEqual([300, 10])
    expect(source.most).toBeLessThanOrEqual(10)
    expect(source.most).toBeGreaterThan(4)
    expect(told[0]).toMatchObject({ concurrency: 2, perSecond: null, reason: expect.stringMatching(/^raised to 2: /) })
  })

  test('sends no call that no credit is left for, and goes on when there are more', async () => {
    const running = pace({})
    const source = new SourceUnderTest(50, 1)
    running.setCredits(c(20))
    await drain(running, source)
    expect(source.sentAt.length).toBe(20)
    running.setCredits(c(5))
    await drain(running, source)
    expect(source.sentAt.length).toBe(25)
  })

  test('gives credits that calls did not cost to the next', async () => {
    const running = pace({})
    const source = new SourceUnderTest(60, 1)
    source.cost = NO_CREDITS
    running.setCredits(c(3))
    await drain(running, source)
    expect(source.sentAt.length).toBe(60)
  })

  test('spaces calls out under a published rate', async () => {
    const running = pace({ perSecond: 50 })
    const source = new SourceUnderTest(11, 1)
    running.setCredits(c(100))
    await drain(running, source)
    const elapsed = source.sentAt.at(-1)! - source.sentAt[0]!
    expect(source.sentAt.length).toBe(11)
    expect(elapsed).toBeGreaterThanOrEqual(10 * 20 - 5)
  })

  test('waits as long as the vendor asks, then goes on by itself', async () => {
    const running = pace({})
    const source = new SourceUnderTest(3, 1)
    running.setCredits(c(10))
    const asked = sample('throttled', 80)
    running.observe(asked)
    const paused = running.pausedForMs
    const passed = performance.timeOrigin + performance.now() - asked.at
    expect(paused).toBeLessThanOrEqual(80)
    expect(paused).toBeGreaterThanOrEqual(80 - passed - 2)
    running.pump(source)
    expect(source.sentAt).toEqual([])
    while (source.waiting > 0) await sleep(5)
    await running.idle()
    expect(performance.timeOrigin + source.sentAt[0]!).toBeGreaterThanOrEqual(asked.at + 80 - 2)
  })

  test('halves when calls fail, and stops slots that are too many', async () => {
    const running = pace({ maxConcurrent: 8 })
    const source = new SourceUnderTest(200, 10)
    source.onReply = () => running.observe(sample('ok'))
    running.setCredits(c(240))
    await drain(running, source)
    expect(running.concurrency).toBe(8)
    await sleep(20)
    for (let i = 0; i < 4; i++) running.observe(sample('failed'))
    expect(running.concurrency).toBe(4)
    expect(running.report.reason).toMatch(/^halved to 4: 2\d % of calls failed$/)
    const next = new SourceUnderTest(20, 2)
    await drain(running, next)
    expect(next.sentAt.length).toBe(20)
    expect(next.most).toBeLessThanOrEqual(4)
  })

  test('is unhealthy when nothing but failure comes back', () => {
    const running = pace({})
    for (let i = 0; i < 5; i++) running.observe(sample('failed'))
    expect([running.unhealthy, running.concurrency >= 1, running.pausedForMs > 0]).toEqual([true, true, true])
  })

  test('makes a request out of band, without a credit', async () => {
    expect(await pace({}).outOfBand(async () => 'the balance')).toBe('the balance')
    await expect(pace({}).outOfBand(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
  })

  test('rests when idle: a pause that it waited for sends nothing more', async () => {
    const running = pace({})
    const source = new SourceUnderTest(3, 1)
    running.setCredits(c(10))
    running.observe(sample('throttled', 30))
    running.pump(source)
    await running.idle()
    await sleep(50)
    expect(source.sentAt).toEqual([])
  })
})

/** Ends within a second, or says that it hangs: Bottleneck itself would wait for ever. */
async function ends(running: AdaptivePace): Promise<'ended' | 'hangs'> {
  return Promise.race([running.idle().then(() => 'ended' as const), sleep(1_000).then(() => 'hangs' as const)])
}

/** Exactly so many credits are left: no call more is sent, and none fewer. */
async function expectLeft(running: AdaptivePace, left: number): Promise<void> {
  const source = new SourceUnderTest(left + 20, 0)
  running.pump(source)
  expect([await ends(running), source.sentAt.length]).toEqual(['ended', left])
}

describe('when others spend what was given to slots already', () => {
  test('a slot that is not registered yet still gets its turn, and all credits are accounted for', async () => {
    const running = pace({ maxConcurrent: 1 })
    const source = new SourceUnderTest(10, 1)
    running.setCredits(c(10))
    running.pump(source)
    running.setCredits(c(5))
    source.waiting = 5
    expect([await ends(running), source.sentAt.length]).toEqual(['ended', 5])
    running.setCredits(c(7))
    await expectLeft(running, 7)
  })

  test('nor does it hang where the calls are not taken back', async () => {
    const running = pace({ maxConcurrent: 1 })
    const source = new SourceUnderTest(10, 1)
    running.setCredits(c(10))
    running.pump(source)
    running.setCredits(c(5))
    expect(await ends(running)).toBe('ended')
    running.setCredits(c(3))
    await expectLeft(running, 3)
  })

  test.each([
    ['more', 12],
    ['fewer', 4],
    ['as many', 8],
  ])(
    '%s credits, told at any instant between the last call of a slot and its end, are those that are left',
    async (_, left) => {
      for (let turns = 0; turns < 25; turns++) {
        const running = pace({ maxConcurrent: 1 })
        const source = new SourceUnderTest(2, 0)
        let told = Promise.resolve()
        source.more = async () => {
          told = tellLater(running, left, turns)
        }
        running.setCredits(c(10))
        await drain(running, source)
        await told
        await expectLeft(running, left)
      }
    },
  )
})

/** Sets the credits some turns of the microtask queue later. */
async function tellLater(running: AdaptivePace, left: number, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await null
  running.setCredits(c(left))
}
