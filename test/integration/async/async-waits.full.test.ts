import { expect, test } from 'vitest'
import { later } from '../support/later.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { reasonOf } from '../support/perform.ts'
import { booksOf } from '../support/stage.ts'

const JOBS = { jobMs: { min: 20, max: 400 } }

onOneStage((begin) => {
  test('a job that fails costs what the vendor says, and its records are tried again', async () => {
    const stage = await begin({ people: 20, vendor: { ...JOBS, chargeAt: 'reply', faults: { jobFails: { next: 2 } } } })
    const { summary } = await stage.run(later())
    expect(booksOf(summary, stage)).toEqual({ spent: 20, billed: 20, refreshed: 20 })
  })

  test('polls that fail cost nothing and are asked again', async () => {
    const faults = { error500: { rate: 0.2 }, resetBefore: { rate: 0.1 }, error429: { rate: 0.1, retryAfterMs: 100 } }
    const stage = await begin({ people: 40, vendor: { ...JOBS, faults } })
    const { summary } = await stage.run(later())
    // What broke off may have been a submission: those alone are in doubt.
    expect(summary.records.refreshed + summary.records.failed + summary.records.unknown).toBe(40)
    expect(summary.records.refreshed).toBeGreaterThanOrEqual(38)
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: summary.credits.spent, mostChargesOfARecord: 1 })
  })

  test('no results in time, or a job that no poll finds: unknown, and reconciled with the balance', async () => {
    const stage = await begin({ people: 5, vendor: { jobMs: 60_000 } })
    const unfound = later({ within: '1s' }, { vendor: { onUnknown: 'skip' } })
    const { summary } = await stage.run(unfound, { budget: 5 })
    expect(summary.records).toMatchObject({ unknown: 5, refreshed: 0 })
    const lost = await begin({ people: 5 })
    const poll = () => ({ path: '/v1/jobs/x' })
    const performed = await lost.run(later({ within: '1s', poll }, { vendor: { onUnknown: 'skip' } }), { budget: 5 })
    expect(performed.summary.records.unknown).toBe(5)
    expect(reasonOf(performed, 1)).toBe('no results within 1 s')
    const silence = { message: 'a poll of a job brought no answer: polling again', fields: { reason: 'status 404' } }
    expect(performed.logs).toContainEqual(
      expect.objectContaining({ ...silence, fields: expect.objectContaining(silence.fields) }),
    )
  })
})
