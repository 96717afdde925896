import { describe, expect, test } from 'vitest'
import type { Credits } from '../domain/credits/credits.ts'
import { systemClock } from '../domain/time/clock.ts'
import { Limiter } from './limiter.ts'

const c = (amount: number) => amount as Credits
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 20))

/** What gated work uses of its slot's credits. */
const OF_A_GATE = 1

/** Work that ends when told to, and uses one micro-credit then. */
function gate() {
  const opens: (() => void)[] = []
  const work = (use: (used: Credits) => void) =>
    new Promise<void>((resolve) =>
      opens.push(() => {
        use(c(OF_A_GATE))
        resolve()
      }),
    )
  return { work, opens }
}

async function until(holds: () => boolean): Promise<void> {
  for (let turns = 0; !holds(); turns++) {
    if (turns > 2_000) throw new Error('it never came to be')
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

describe('the limiter', () => {
  test('runs a thousand jobs, never more than allowed at once, and all credits that were not spent come back', async () => {
    const limiter = new Limiter({ concurrency: 7, minTimeMs: 0, credits: c(100_000), clock: systemClock })
    const seen = { atOnce: 0, most: 0, done: 0 }
    // The first seven wait for one another, and a while longer for an eighth that must not come.
    const full = until(() => seen.atOnce === 7).then(() => new Promise((resolve) => setTimeout(resolve, 40)))
    const job = async (use: (used: Credits) => void) => {
      seen.most = Math.max(seen.most, ++seen.atOnce)
      await full
      await Promise.resolve()
      seen.atOnce -= 1
      seen.done += 1
      use(c(40))
    }
    await Promise.all(Array.from({ length: 1_000 }, () => limiter.run(c(100), job)))
    expect(seen).toEqual({ atOnce: 0, most: 7, done: 1_000 })
    expect([limiter.credits, limiter.working, limiter.queued, limiter.free]).toEqual([60_000, 0, 0, 7])
  })

  test('refuses a job that asks for more credits than there are, so that none blocks the queue', async () => {
    const limiter = new Limiter({ concurrency: 2, minTimeMs: 0, credits: c(10), clock: systemClock })
    const { work, opens } = gate()
    const first = limiter.run(c(10), work)
    await expect(limiter.run(c(1), work)).rejects.toThrow(RangeError)
    await until(() => opens.length === 1)
    opens[0]!()
    await first
    expect([limiter.credits, limiter.free]).toEqual([9, 2])
    limiter.setTotal(c(5))
    await limiter.run(c(5), async () => {})
    expect(limiter.credits).toBe(5)
  })

  test('a slot that was given more than is left now still gets its turn, and what it returns pays the debt', async () => {
    const limiter = new Limiter({ concurrency: 2, minTimeMs: 0, credits: c(10), clock: systemClock })
    const slot = limiter.run(c(10), async (use) => use(c(2)))
    limiter.setTotal(c(5))
    const aside = limiter.run(c(0), async () => {})
    await Promise.all([slot, aside])
    expect(limiter.credits).toBe(3)
    limiter.setTotal(c(7))
    await limiter.run(c(7), async () => {})
    expect(limiter.credits).toBe(7)
  })

  test('gives more slots at once when it may, and calls for an end when it must', async () => {
    const limiter = new Limiter({ concurrency: 1, minTimeMs: 0, credits: c(10), clock: systemClock })
    const { work, opens } = gate()
    const jobs = [1, 2, 3].map(() => limiter.run(c(1), work))
    await until(() => opens.length === 1)
    expect([limiter.working, limiter.queued, limiter.crowded]).toEqual([1, 2, true])
    limiter.allow({ concurrency: 3, minTimeMs: 0 })
    await until(() => opens.length === 3)
    expect([limiter.working, limiter.queued, limiter.crowded, limiter.free]).toEqual([3, 0, false, 0])
    limiter.allow({ concurrency: 2, minTimeMs: 0 })
    expect([limiter.crowded, limiter.free]).toEqual([true, 0])
    for (const open of opens) open()
    await Promise.all(jobs)
    expect([limiter.crowded, limiter.free]).toEqual([false, 2])
  })

  test('takes the time of a start from the clock that it is given', async () => {
    const clock = { ...systemClock, monotonic: () => 42 }
    const limiter = new Limiter({ concurrency: 1, minTimeMs: 0, credits: c(0), clock })
    await limiter.run(c(0), async () => {})
    expect(limiter.lastAt).toBe(42)
  })

  test('keeps a lowered limit for the jobs that wait', async () => {
    const limiter = new Limiter({ concurrency: 4, minTimeMs: 0, credits: c(0), clock: systemClock })
    let atOnce = 0
    let most = 0
    const job = async () => {
      most = Math.max(most, ++atOnce)
      await tick()
      atOnce -= 1
    }
    limiter.allow({ concurrency: 2, minTimeMs: 0 })
    await Promise.all(Array.from({ length: 50 }, () => limiter.run(c(0), job)))
    expect(most).toBe(2)
  })
})
