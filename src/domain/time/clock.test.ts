import { describe, expect, test } from 'vitest'
import { systemClock } from './clock.ts'

describe('the clock of the system', () => {
  test('wakes at once when aborted, before and while it sleeps, and leaves no listener behind', async () => {
    const gone = AbortSignal.abort()
    await systemClock.sleep(60_000, gone)
    const controller = new AbortController()
    const slept = systemClock.sleep(60_000, controller.signal)
    controller.abort()
    await slept
  })

  test('takes waits that no timer could: negative ones are none', async () => {
    const from = systemClock.monotonic()
    await systemClock.sleep(-1_000)
    expect(systemClock.monotonic() - from).toBeLessThan(1_000)
  })

  test('a wait longer than a timer can hold does not fire at once', async () => {
    const controller = new AbortController()
    let woke = false
    const slept = systemClock.sleep(2 ** 40, controller.signal).then(() => (woke = true))
    await systemClock.sleep(20)
    expect(woke).toBe(false)
    controller.abort()
    await slept
  })

  test('never wakes before its time, which timers of whole milliseconds do', async () => {
    const early: number[] = []
    for (let wait = 0; wait < 60; wait++) {
      const ms = 2 + ((wait * 0.37) % 2)
      const slept = systemClock.monotonic() + ms
      await systemClock.sleep(ms)
      early.push(systemClock.monotonic() - slept)
      const called = systemClock.monotonic() + ms
      await new Promise<void>((resolve) => systemClock.after(ms, resolve))
      early.push(systemClock.monotonic() - called)
    }
    expect(Math.min(...early)).toBeGreaterThanOrEqual(0)
  })

  test('a wait that was called off does not end', async () => {
    let ended = false
    const cancel = systemClock.after(2.5, () => (ended = true))
    await systemClock.sleep(1)
    cancel()
    await systemClock.sleep(5)
    expect(ended).toBe(false)
  })
})
