import { expect, test } from 'vitest'
import { freePort } from '../../support/machine/free-port.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { goOn, outcomes, reasonOf } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, emailOf, idOf, type Stage } from '../support/stage.ts'

/** Where calls go is this vendor; the balance is the simulator's no more. */
const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }

/** Milliseconds between the throttled reply and the call after it. */
async function waited(stage: Stage, answer: Parameters<typeof scriptedVendor>[0], people = 12) {
  const vendor = await scriptedVendor(answer)
  const performed = await stage.run({ vendor: { baseUrl: vendor.url }, credits: FIGURES }, { budget: people })
  return { ...performed, vendor }
}

const fresh = { body: { data: { job_title: 'fresh', job_company_name: 'fresh' } } }

onOneStage((begin) => {
  test('each status has its outcome, and none of them stops the run', async () => {
    const faults = {
      badRequest: { keys: [emailOf(7)] },
      unprocessable: { keys: [emailOf(8)] },
      error500: { keys: [emailOf(9)], next: 1 },
      error503: { keys: [emailOf(10)], next: 1 },
    }
    const stage = await begin({ people: 16, vendor: { faults, misses: (key) => idOf(key) === 11 } })
    const performed = await stage.run()
    const { summary } = performed
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(outcomes(performed)).toMatchObject({
      7: 'failed',
      8: 'failed',
      9: 'refreshed',
      10: 'refreshed',
      11: 'notFound',
    })
    expect(reasonOf(performed, 7)).toContain('400')
    expect(reasonOf(performed, 8)).toContain('422')
    expect(summary.records).toMatchObject({ refreshed: 13, failed: 2, notFound: 1, remaining: 0 })
    expect(summary.calls).toMatchObject({ sent: 18, failed: 2, throttled: 0, unknown: 0 })
    expect(booksOf(summary, stage)).toEqual({ spent: 13, billed: 13, refreshed: 13 })
  })

  test("the vendor's own table: out of credits as a 400 with a code, a rate limit as 403", async () => {
    const stage = await begin({ people: 12 })
    const vendor = await scriptedVendor(({ number }) => {
      if (number === 6) return { status: 403, body: { error: { type: 'too_fast' } }, headers: { 'retry-after': '0' } }
      if (number >= 9) return { status: 400, body: { errors: [{ code: 'PFAPI0011' }] } }
      return fresh
    })
    const outcomes = [
      { status: 403, code: 'too_fast', is: 'throttled' as const },
      { status: 400, code: 'PFAPI0011', is: 'credits-exhausted' as const },
    ]
    const config = { vendor: { baseUrl: vendor.url, outcomes, limits: { maxConcurrent: 1 } }, credits: FIGURES }
    const { summary } = await stage.run(config, { budget: 12 })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted' })
    expect(summary.records).toMatchObject({ refreshed: 8, failed: 0, remaining: 4 })
    expect(summary.calls).toMatchObject({ throttled: 1, sent: 10 })
  })

  test('a record that always fails is given up after maxAttempts, and the others are refreshed', async () => {
    const stage = await begin({ people: 10, vendor: { faults: { error500: { keys: [emailOf(8)] } } } })
    const performed = await stage.run({ vendor: { maxAttempts: 2 } })
    expect(outcomes(performed)[8]).toBe('failed')
    expect(reasonOf(performed, 8)).toContain('attempt 2')
    expect(performed.summary.records).toMatchObject({ refreshed: 9, failed: 1 })
    expect(performed.summary.calls.failed).toBe(2)
    expect(stage.vendor.stats.faults.error500).toBe(2)
  })

  test('a throttled call waits as told, costs no attempt, and is counted', async () => {
    const stage = await begin({ people: 12 })
    const { summary, vendor } = await waited(stage, ({ number }) =>
      number === 6 ? { status: 429, headers: { 'retry-after': '1' } } : fresh,
    )
    expect(summary.records).toMatchObject({ refreshed: 12, failed: 0 })
    expect(summary.calls).toMatchObject({ sent: 13, throttled: 1, failed: 0 })
    // Calls that were in flight may come just after; then nobody calls until the second is over.
    const gaps = vendor.calls.slice(1).map(({ at }, i) => at - vendor.calls[i]!.at)
    expect(Math.max(...gaps)).toBeGreaterThan(800)
    const refused = vendor.calls[6]!.at
    expect(vendor.calls.filter(({ at }) => at > refused + 100 && at < refused + 950)).toEqual([])
    const attempts = await stage.rows(`SELECT max(attempts) AS most FROM ${stage.own('item')}`)
    expect(Number(attempts[0]?.most)).toBe(0)
  })

  test.each(['date', 'none'] as const)('a 429 with Retry-After as %s makes everyone wait', async (kind) => {
    const stage = await begin({ people: 12 })
    const { summary, vendor } = await waited(stage, ({ number }) => {
      const at = new Date(Math.ceil((Date.now() + 1_000) / 1_000) * 1_000).toUTCString()
      return number === 6
        ? { status: 429, headers: kind === 'date' ? { 'retry-after': at } : ({} as Record<string, string>) }
        : fresh
    })
    expect(summary.records.refreshed).toBe(12)
    expect(summary.calls.throttled).toBe(1)
    const gaps = vendor.calls.slice(1).map(({ at }, i) => at - vendor.calls[i]!.at)
    expect(Math.max(...gaps)).toBeGreaterThan(kind === 'date' ? 900 : 90)
  })

  test('a 503 that names a Retry-After throttles, and costs no attempt', async () => {
    const stage = await begin({ people: 12 })
    const { summary } = await waited(stage, ({ number }) =>
      number === 6 ? { status: 503, headers: { 'retry-after': '0' } } : fresh,
    )
    expect(summary.calls).toMatchObject({ throttled: 1, failed: 0 })
    expect(summary.records.refreshed).toBe(12)
  })

  test.each([
    ['unauthorized', '401'],
    ['forbidden', '403'],
  ] as const)('%s stops the run at once', async (fault, status) => {
    const stage = await begin({ people: 200, vendor: { latencyMs: 10 } })
    stage.vendor.behave({ faults: { [fault]: {} } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', detail: expect.stringContaining(status) })
    expect(stage.vendor.stats.calls).toBeLessThanOrEqual(5)
    expect(summary.records).toMatchObject({ refreshed: 0, failed: 0, remaining: 200 })
    expect(await stage.rows(`SELECT * FROM ${stage.own('memory')}`)).toEqual([])
  })

  test('credentials that are refused in the middle stop it with what was paid for', async () => {
    const stage = await begin({ people: 200, vendor: { latencyMs: 5 } })
    const { summary } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }) => {
          if (type === 'item') stage.vendor.behave({ faults: { unauthorized: {} } })
        },
      },
    )
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error' })
    expect(summary.records.refreshed).toBe(stage.vendor.bill.totals().lookupCredits)
    expect(stage.vendor.stats.replies[401]).toBeLessThanOrEqual(16)
  })

  test('a 402 ends the run as credits-exhausted', async () => {
    const stage = await begin({ people: 60, vendor: { allotment: 12 } })
    const { summary } = await stage.run({ credits: { ...FIGURES, allotment: 40 } })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted' })
    expect(summary.credits.spent).toBe(12)
    expect(summary.records).toMatchObject({ refreshed: 12, failed: 0 })
    expect(stage.vendor.stats.outOfCredits).toBeLessThanOrEqual(16)
  })

  test('a vendor that refuses connections is unhealthy: items are not to blame, and the run can go on', async () => {
    const port = await freePort()
    const stage = await begin({ people: 10 })
    const changes = { vendor: { unhealthyAfter: '1s' }, credits: FIGURES }
    const dead = { ...changes, vendor: { ...changes.vendor, baseUrl: `http://127.0.0.1:${port}` } }
    const { summary } = await stage.run(dead, { budget: 10 })
    expect(summary).toMatchObject({
      status: 'stopped',
      stopReason: 'vendor-unhealthy',
      credits: { spent: 0, unknown: 0 },
    })
    expect(summary.calls).toMatchObject({ sent: 0 })
    expect(summary.calls.failed).toBeGreaterThan(3)
    expect(summary.records).toMatchObject({ failed: 0, remaining: 10 })
    const resumed = await goOn(stage.config(changes))
    expect(resumed.summary).toMatchObject({ runId: summary.runId, status: 'completed', records: { failed: 0 } })
    expect(resumed.summary.records.refreshed).toBeGreaterThan(5)
  })

  test('a run that stops because the vendor is unhealthy strands no credit behind calls that never went out', async () => {
    const stage = await begin({ people: 10 })
    const baseUrl = `http://127.0.0.1:${await freePort()}`
    await stage.run({ vendor: { baseUrl, unhealthyAfter: '1s' }, credits: FIGURES }, { budget: 10 })
    expect(await stage.rows(`SELECT n FROM ${stage.own('call')} WHERE state = 'open'`)).toEqual([])
    const { summary } = await goOn(stage.config({ credits: FIGURES }))
    expect(summary).toMatchObject({ records: { refreshed: 10 }, credits: { spent: 10, unknown: 0 } })
  })

  test("the vendor's own meaning goes before the table", async () => {
    const stage = await begin({ people: 12 })
    const { summary, events } = await stage.run({
      vendor: {
        outcome: ({ body }) => (body?.data && idOf(body.data.key) % 3 === 0 ? 'not-found' : undefined),
      },
    })
    expect(outcomes({ events })).toMatchObject({ 3: 'notFound', 6: 'notFound', 4: 'refreshed' })
    expect(summary.records).toMatchObject({ notFound: 4, refreshed: 8 })
    expect(summary.credits.spent).toBe(12)
  })
})
