import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { emailOf } from '../support/stage.ts'

onOneStage((begin) => {
  test('a resumed run sends the call whose reply tells what they cost, wherever the instant falls from which it may', async () => {
    onTestFinished(() => void vi.restoreAllMocks())
    const { monotonic, after } = systemClock
    const jump = { ms: 0, inReads: 0, ahead: 0 }
    vi.spyOn(systemClock, 'monotonic').mockImplementation(() => {
      if (jump.inReads > 0 && --jump.inReads === 0) jump.ahead += jump.ms
      return monotonic() + jump.ahead
    })
    const changes = { vendor: { onUnknown: 'skip', timeoutMs: 900 }, credits: { balance: undefined } } as const
    for (let reads = 4; reads <= 11; reads++) {
      const faults = { resetBefore: { keys: [emailOf(9)], next: 1 } }
      const stage = await begin({ people: 20, vendor: { allotment: 13, faults } })
      const stop = new AbortController()
      const stopped = await stage.run(
        changes,
        {},
        {
          signal: stop.signal,
          onEvent: () => stage.vendor.stats.faults.resetBefore === 1 && stop.abort(),
        },
      )
      expect(stopped.summary).toMatchObject({ status: 'stopped', credits: { unknown: 1 } })
      // The run's wait for that instant is over at once: it has come when the clock has been read so many times.
      vi.spyOn(systemClock, 'after').mockImplementation((ms, then) => {
        const waits = ms > 500 && ms < 900 && jump.inReads === 0
        if (waits) Object.assign(jump, { ms, inReads: reads })
        return after(waits ? 0 : ms, then)
      })
      const { summary } = await goOn(stage.config(changes))
      vi.mocked(systemClock.after).mockRestore()
      expect([reads, summary.credits.spent, stage.vendor.account.remaining]).toEqual([reads, 13, 0])
    }
  })
})
