import { expect, test } from 'vitest'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn, outcomes } from '../support/perform.ts'
import { booksOf, emailOf } from '../support/stage.ts'

const KEYS = { idempotencyHeader: 'Idempotency-Key' }
const lost = [emailOf(8), emailOf(9)]

onEachStage((begin) => {
  test.each([
    ['resetAfter', {}],
    ['hang', { hangCharges: true }],
  ] as const)('%s: with a key the call is sent again, and is free', async (fault, behaviour) => {
    const faults = { [fault]: { keys: lost, next: 2 } }
    const stage = await begin({ people: 14, vendor: { faults, ...behaviour } })
    const { summary } = await stage.run({ vendor: { ...KEYS, timeoutMs: 300 } })
    expect(stage.vendor.stats.faults[fault]).toBe(2)
    expect(stage.vendor.stats.replayed).toBe(2)
    expect(booksOf(summary, stage)).toEqual({ spent: 14, billed: 14, refreshed: 14 })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
    expect(summary.calls.unknown).toBe(2)
    expect(summary.credits.unknown).toBe(0)
  })

  test('without a key and with skip, a record is not asked for again', async () => {
    const faults = { resetAfter: { keys: lost, next: 2 } }
    const stage = await begin({ people: 14, vendor: { faults } })
    const performed = await stage.run({ vendor: { onUnknown: 'skip', timeoutMs: 300 } })
    expect(outcomes(performed)).toMatchObject({ 8: 'unknown', 9: 'unknown', 10: 'refreshed' })
    expect(performed.summary.records).toMatchObject({ refreshed: 12, unknown: 2, remaining: 0 })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 14, recordsChargedMoreThanOnce: 0 })
    const { spent, unknown } = performed.summary.credits
    expect(spent + unknown).toBe(14)
  })

  test('without a key and with retry, it is asked for again: charged once more at most', async () => {
    const faults = { resetAfter: { keys: lost, next: 2 } }
    const stage = await begin({ people: 14, vendor: { faults } })
    const { summary } = await stage.run({ vendor: { onUnknown: 'retry', timeoutMs: 300 } })
    expect(summary.records).toMatchObject({ refreshed: 14, unknown: 0 })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 16, recordsChargedMoreThanOnce: 2 })
    expect(summary.credits.spent + summary.credits.unknown).toBe(16)
  })

  test('unknown calls that were never charged strand no credit: the balance tells', async () => {
    const faults = { resetBefore: { keys: lost, next: 2 } }
    const stage = await begin({ people: 60, vendor: { allotment: 30, faults } })
    const { summary } = await stage.run({ vendor: { onUnknown: 'skip', timeoutMs: 300 }, job: { reserve: 4 } })
    expect(summary).toMatchObject({ status: 'completed', credits: { spent: 26, unknown: 0, balance: 4 } })
    expect(booksOf(summary, stage)).toEqual({ spent: 26, billed: 26, refreshed: 26 })
    expect(stage.vendor.account.remaining).toBe(4)
  })

  test('where no balance can tell, unknown calls count as spent, and the budget stands', async () => {
    const faults = { resetBefore: { keys: [emailOf(8)], next: 1 }, resetAfter: { keys: [emailOf(9)], next: 1 } }
    const stage = await begin({ people: 60, vendor: { faults } })
    const { summary } = await stage.run(
      { vendor: { onUnknown: 'skip', timeoutMs: 300 }, credits: { balance: undefined, remaining: undefined } },
      { budget: 20 },
    )
    expect(summary.credits).toMatchObject({ budget: 20, spent: 18, unknown: 2 })
    expect(stage.vendor.bill.totals().lookupCredits).toBe(19)
  })

  test.each([
    ['the endpoint', {}],
    ['replies alone', { balance: undefined }],
  ])('with a key too, the next run settles what one that has ended left unknown, in time: %s', async (_, credits) => {
    const behaviour = { faults: { resetBefore: { keys: lost, next: 2 } } }
    const stage = await begin({ people: 60, vendor: { allotment: 40, ...behaviour } })
    const vendor = { ...KEYS, timeoutMs: 1_500, maxAttempts: 1 }
    const blind = { balance: undefined, remaining: undefined }
    const first = await stage.run({ vendor, credits: blind }, { budget: 20 })
    expect(first.summary).toMatchObject({ status: 'completed', credits: { spent: 18, unknown: 2 } })
    const second = await stage.run({ vendor, credits })
    expect(second.summary.credits).toMatchObject({ spent: 22, unknown: 0, balance: 0 })
    expect(stage.vendor.account.remaining).toBe(0)
    const [ended, settled] = [first, second].map(({ summary }) => Date.parse(summary.endedAt as string))
    expect((settled as number) - (ended as number)).toBeGreaterThan(1_500)
    const runs = await stage.rows(`SELECT held, unknown FROM ${stage.own('run')} ORDER BY no`)
    expect(runs.map(({ held, unknown }) => [Number(held), Number(unknown)])).toEqual([
      [0, 0],
      [0, 0],
    ])
  })

  test('a resumed run asks by one call what an ended run has lost, though the books would leave nothing for it', async () => {
    const faults = { resetBefore: { keys: lost, next: 2 } }
    const stage = await begin({ people: 30, vendor: { allotment: 9, faults } })
    const changes = { vendor: { onUnknown: 'skip', timeoutMs: 900 }, credits: { balance: undefined } } as const
    const stop = new AbortController()
    const first = await stage.run(
      changes,
      {},
      {
        signal: stop.signal,
        onEvent: () => stage.vendor.account.remaining < 8 && stop.abort(),
      },
    )
    const left = stage.vendor.account.remaining
    const second = await stage.run(changes, { limit: left, new: true })
    expect(second.summary.credits).toMatchObject({ unknown: 2, balance: 2 })
    const { summary } = await goOn(stage.config(changes), first.summary.runId)
    expect([stage.vendor.account.remaining, summary.stopReason]).toEqual([0, 'credits-exhausted'])
    const runs = await stage.rows(`SELECT held FROM ${stage.own('run')}`)
    expect(runs.map(({ held }) => Number(held))).toEqual([0, 0])
  })

  test('a record that never answers is given up after maxAttempts', async () => {
    const stage = await begin({ people: 8, vendor: { faults: { hang: { keys: [emailOf(7)] } } } })
    const { summary } = await stage.run({ vendor: { ...KEYS, timeoutMs: 150, maxAttempts: 2 } })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 7, remaining: 0 } })
    expect(summary.records.unknown + summary.records.failed).toBe(1)
    expect(stage.vendor.stats.faults.hang).toBe(2)
  })
})
