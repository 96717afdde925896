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
})
