import { expect, test } from 'vitest'
import { onOneStage } from '../integration/support/on-each-stage.ts'
import { goOn, type Watching } from '../integration/support/perform.ts'

onOneStage((begin) => {
  test('maxConcurrent is reached and never exceeded', async () => {
    const stage = await begin({ people: 150, vendor: { latencyMs: { min: 5, max: 25 } } })
    await stage.run({ vendor: { limits: { maxConcurrent: 6 } } })
    expect(stage.vendor.stats.peakConcurrent).toBe(6)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(150)
  })

  test('perSecond is never exceeded, and used', async () => {
    const stage = await begin({ people: 45, vendor: { latencyMs: { min: 1, max: 60 } } })
    const { summary } = await stage.run({ vendor: { limits: { maxConcurrent: 10, perSecond: 25 } } })
    expect(summary.calls).toMatchObject({ sent: 45, throttled: 0 })
    // Calls leave far enough apart; one that a busy machine holds up on its way arrives together with the next.
    expect(stage.vendor.stats.peakPerSecond).toBeLessThanOrEqual(25 + 1)
    expect(summary.elapsedMs).toBeGreaterThan((44 / 25) * 1_000 * 0.95)
    expect(stage.vendor.stats.peakPerSecond).toBeGreaterThanOrEqual(15)
  })

  test('perMinute is kept by even spacing', async () => {
    const stage = await begin({ people: 12 })
    const { summary } = await stage.run({ vendor: { limits: { perMinute: 600 } } })
    expect(stage.vendor.stats.peakPerSecond).toBeLessThanOrEqual(11)
    expect(summary.elapsedMs).toBeGreaterThan(11 * 100 * 0.9)
  })

  test('a vendor that bears less than the ceiling is not pushed over for long', async () => {
    const stage = await begin({ people: 200, vendor: { perSecond: 20, latencyMs: 5, retryAfter: 'seconds' } })
    const { summary } = await stage.run({ vendor: { limits: { maxConcurrent: 16 } }, job: { limit: 120 } })
    expect(summary.records).toMatchObject({ refreshed: 120, failed: 0 })
    expect(summary.calls.throttled).toBe(stage.vendor.stats.throttled)
    expect(stage.vendor.stats.throttled).toBeGreaterThan(0)
    expect(stage.vendor.stats.throttled).toBeLessThan(30)
  })

  test('a vendor that tells its limits refuses far fewer calls', async () => {
    const throttled = async (rateHeaders: 'none' | 'ietf' | 'x-ratelimit') => {
      const stage = await begin({ people: 80, vendor: { perSecond: 20, latencyMs: 5, rateHeaders } })
      const { summary } = await stage.run({ vendor: { limits: { maxConcurrent: 16 } } })
      expect(summary.records).toMatchObject({ refreshed: 80, failed: 0 })
      return stage.vendor.stats.throttled
    }
    const untold = await throttled('none')
    expect(untold).toBeGreaterThan(0)
    expect(await throttled('ietf')).toBeLessThanOrEqual(Math.ceil(untold / 4))
    expect(await throttled('x-ratelimit')).toBeLessThanOrEqual(Math.ceil(untold / 4))
  })

  test('perHour stops the sending, also after a stop and a resume', async () => {
    const stage = await begin({ people: 40, vendor: { latencyMs: 2 } })
    const limits = { maxConcurrent: 4, perHour: 30 }
    // Stops once a pause of minutes has been told.
    const pauses: number[] = []
    const stopPaused: Watching = {
      onEvent: (event, handle) => {
        if (event.type !== 'progress' || event.pace.pausedUntil < Date.now() + 60_000) return
        pauses.push(event.pace.pausedUntil)
        handle().stop()
      },
    }
    const first = await stage.run({ vendor: { limits } }, {}, stopPaused)
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted', records: { refreshed: 30 } })
    const [opensAt = 0] = pauses
    expect(opensAt - stage.beganAt).toBeGreaterThanOrEqual(3_600_000)
    expect(opensAt - Date.now()).toBeLessThan(3_605_000)

    pauses.length = 0
    const second = await goOn(stage.config({ vendor: { limits } }), null, stopPaused)
    expect(second.summary).toMatchObject({ status: 'stopped', records: { refreshed: 30 }, calls: { sent: 30 } })
    expect(Math.abs((pauses[0] as number) - opensAt)).toBeLessThan(20_000)
    expect(stage.vendor.bill.totals().lookupCredits).toBe(30)

    const third = await goOn(stage.config({ vendor: { limits: { ...limits, perHour: 36 } } }), null, stopPaused)
    expect(third.summary).toMatchObject({ records: { refreshed: 36 }, calls: { sent: 36 } })
  })
})
