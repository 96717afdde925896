import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startTicks } from './ticks.ts'

const NOON = Date.parse('2026-11-21T12:00:00Z')
let steady = 0

beforeEach(() => {
  vi.useFakeTimers({ now: NOON + 100 })
  steady = 0
})
afterEach(() => {
  vi.useRealTimers()
})

/** Time goes on, by both clocks. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 500) {
    steady += Math.min(500, left)
    await vi.advanceTimersByTimeAsync(Math.min(500, left))
  }
}

function ticking(everyMs: number, tick = async () => {}) {
  const at: number[] = []
  const ticks = startTicks({
    everyMs,
    monotonic: () => steady,
    tick: () => {
      at.push(Date.now())
      return tick()
    },
  })
  return { at, ticks }
}

test('ticks at once, then at every full minute, and no more once it is stopped', async () => {
  const { at, ticks } = ticking(60_000)
  await pass(180_000)
  expect(at.map((ms) => ms - NOON)).toEqual([100, 60_000, 120_000, 180_000].map((ms) => expect.closeTo(ms, -3)))
  await ticks.stop()
  await pass(180_000)
  expect(at).toHaveLength(4)
})

test('never two at once, and a stop waits for the one under way', async () => {
  let [running, most, finish] = [0, 0, () => {}]
  const { at, ticks } = ticking(2_000, async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    running -= 1
  })
  await pass(10_000)
  expect([at.length, most]).toEqual([1, 1])
  let stopped = false
  const stopping = ticks.stop().then(() => {
    stopped = true
  })
  await pass(1_000)
  expect(stopped).toBe(false)
  finish()
  await stopping
  expect(running).toBe(0)
})

test('goes on within three intervals when the clock is set back by a day', async () => {
  const { at, ticks } = ticking(60_000)
  await pass(120_000)
  const before = at.length
  vi.setSystemTime(Date.now() - 86_400_000)
  await pass(180_000)
  expect(at.length).toBeGreaterThan(before)
  const resumed = at.length
  await pass(120_000)
  expect(at.length).toBeGreaterThanOrEqual(resumed + 2)
  await ticks.stop()
})

test('goes on when the clock is set ahead by a day', async () => {
  const { at, ticks } = ticking(60_000)
  await pass(60_000)
  const before = at.length
  vi.setSystemTime(Date.now() + 86_400_000)
  await pass(180_000)
  expect(at.length).toBeGreaterThanOrEqual(before + 2)
  await ticks.stop()
})
