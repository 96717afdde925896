import { expect, test } from 'vitest'
import type { RunSummary } from '../../src/domain/run/run.ts'
import { documentOf } from './support/cli.ts'
import { inEachOffice } from './support/in-offices.ts'

/** So slow that the kill finds the run at work; made quick again afterwards. */
const SLOW = { latencyMs: 500 }
const QUICK = { latencyMs: 0 }

inEachOffice('postgresql', (open) => {
  test('the status of a killed run is stopped and interrupted, and resume does not wait out its lease', async () => {
    const office = await open(200, SLOW)
    office.configure({ vendor: `idempotencyHeader: 'Idempotency-Key',` })
    const first = office.start(['run', '--json'])
    await expect.poll(() => office.vendor.bill.totals().charges).toBeGreaterThan(15)
    const running = await office.cli(['status', '--json'])
    expect(documentOf(running)).toMatchObject({ status: 'running', stopReason: null, endedAt: null })
    first.kill('SIGKILL')
    await first.ended
    office.vendor.behave(QUICK)
    const killed = documentOf<RunSummary>(await office.cli(['status', '--json']))
    expect(killed).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
    const { spent, unknown, budget } = killed.credits
    expect(spent + unknown).toBeGreaterThanOrEqual(office.vendor.bill.totals().lookupCredits)
    expect(spent + unknown).toBeLessThanOrEqual(budget)
    const at = performance.now()
    const resumed = await office.cli(['resume', killed.runId, '--json'])
    expect(performance.now() - at).toBeLessThan(20_000)
    expect(resumed.code, resumed.stderr).toBe(0)
    expect(documentOf(resumed)).toMatchObject({ runId: killed.runId, status: 'completed', records: { refreshed: 200 } })
    expect(office.vendor.bill.totals()).toMatchObject({ lookupCredits: 200, mostChargesOfARecord: 1 })
  })
})
