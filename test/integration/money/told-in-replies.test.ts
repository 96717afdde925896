import { expect, test } from 'vitest'
import { onOneStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const said = (left: number, afterMs = 20) => ({
  headers: { 'x-credits-remaining': String(left), 'x-credits-charged': '1' },
  body: { data: { job_title: 'fresh' } },
  afterMs,
})
const REFUSED = { status: 402, headers: { 'x-credits-remaining': '0' } }
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** Balances come in replies alone, of one call at a time. */
const over = (baseUrl: string, vendor: object) =>
  ({ vendor: { limits: { maxConcurrent: 1 }, baseUrl, ...vendor }, credits: { balance: undefined } }) as const

/** What all runs together say was spent, or may have been. */
async function booked(stage: Stage): Promise<number> {
  const runs = await stage.rows(`SELECT spent, held FROM ${stage.own('run')}`)
  return runs.reduce((sum, { spent, held }) => sum + Number(spent) + Number(held), 0) / 1e6
}

/** The first call for record 3 is never answered, and charged so much later. */
async function chargesLate(ms: number) {
  const bill = { left: 100, charged: 0 }
  let asked = 0
  const charge = () => {
    bill.left -= 1
    bill.charged += 1
  }
  const { url } = await scriptedVendor(({ url: { searchParams } }) => {
    if (searchParams.get('email') === emailOf(3) && asked++ === 0) {
      setTimeout(charge, ms)
      return 'hang up'
    }
    charge()
    return said(bill.left, 5)
  })
  return { bill, url }
}

onOneStage((begin) => {
  test.each([6, 10])(
    'a balance from before the vendor had processed a lost call settles nothing: budget %i',
    async (budget) => {
      const { bill, url } = await chargesLate(250)
      const stage = await begin({ people: 6 })
      await stage.run(over(url, { onUnknown: 'retry', timeoutMs: 400 }), { budget })
      expect(bill.charged).toBeLessThanOrEqual(budget)
      expect(await booked(stage)).toBeGreaterThanOrEqual(bill.charged)
    },
  )

  test('nor does it settle one of another run', async () => {
    const { bill, url } = await chargesLate(700)
    const stage = await begin({ people: 20 })
    const changes = over(url, { onUnknown: 'skip', timeoutMs: 1_200 })
    await stage.run(changes, { limit: 3 })
    await stage.run(changes, { limit: 4, new: true })
    expect(await booked(stage)).toBeGreaterThanOrEqual(bill.charged)
  })

  test.each([
    ['high', 3, true, { budget: 12 }],
    ['low', -3, false, {}],
  ] as const)('nor does one that is falsely %s, in the first reply to a resumed run', async (_, by, charged, what) => {
    const bill = { left: 30, charged: 0 }
    const state = { lost: 0, resumed: false, told: 0 }
    const { url } = await scriptedVendor(({ url: { searchParams } }) => {
      const isLost = [2, 3, 4].some((id) => searchParams.get('email') === emailOf(id)) && ++state.lost <= 3
      if (isLost && !charged) return 'hang up'
      if (bill.left === 0) return REFUSED
      bill.left -= 1
      bill.charged += 1
      if (isLost) return 'hang up'
      const lies = state.resumed && state.told++ === 0
      return said(bill.left + (lies ? by : 0))
    })
    const stage = await begin({ people: 60 })
    const changes = over(url, { onUnknown: 'skip', timeoutMs: 200 })
    const stop = new AbortController()
    await stage.run(changes, what, { signal: stop.signal, onEvent: () => state.lost > 2 && stop.abort() })
    await later(300)
    state.resumed = true
    await goOn(stage.config(changes))
    if (charged) expect(bill.charged).toBeLessThanOrEqual(12)
    else expect(bill.left).toBe(0)
  })

  test('a resumed run that is to ask what lost calls cost, and has no record left, selects one', async () => {
    const bill = { left: 9 }
    const lost: Record<string, number> = { [emailOf(8)]: 1, [emailOf(9)]: 2 }
    const { url } = await scriptedVendor(({ url: { searchParams } }) => {
      const email = searchParams.get('email') as string
      const times = lost[email] ?? 0
      if (times > 0) {
        lost[email] = times - 1
        return 'hang up'
      }
      if (bill.left === 0) return REFUSED
      bill.left -= 1
      return said(bill.left)
    })
    const stage = await begin({ people: 30 })
    const changes = over(url, { onUnknown: 'skip', timeoutMs: 900 })
    const stop = new AbortController()
    const onEvent = () => lost[emailOf(9)] === 1 && setTimeout(() => stop.abort(), 200)
    const first = await stage.run(changes, { budget: 9 }, { signal: stop.signal, onEvent })
    await later(1_000)
    await stage.run(changes, { limit: 2, new: true })
    const { summary } = await goOn(stage.config(changes), first.summary.runId, { signal: AbortSignal.timeout(10_000) })
    expect([summary.status, bill.left]).toEqual(['completed', 0])
  })

  test('the call that asks is sent again under its key where it is lost', async () => {
    const bill = { left: 9 }
    const state = { phase: 1, lost: 0, asked: 0 }
    const { url } = await scriptedVendor(() => {
      if (state.phase === 2 && state.lost++ < 2) return 'hang up'
      if (state.phase === 3 && state.asked++ === 0) return 'hang up'
      if (bill.left === 0) return REFUSED
      bill.left -= 1
      return said(bill.left)
    })
    const stage = await begin({ people: 30 })
    const keyed = (maxAttempts: number) =>
      over(url, { onUnknown: 'skip', idempotencyHeader: 'Idempotency-Key', maxAttempts, timeoutMs: 500 })
    const stop = new AbortController()
    const onEvent = () => bill.left < 8 && stop.abort()
    const first = await stage.run(keyed(4), {}, { signal: stop.signal, onEvent })
    await stage.run(keyed(1), { limit: bill.left - 2, new: true })
    state.phase = 2
    await stage.run(keyed(1), { limit: 2, new: true })
    state.phase = 3
    const { summary } = await goOn(stage.config(keyed(4)), first.summary.runId)
    expect(summary.records.unknown).toBe(0)
    expect(bill.left).toBeLessThanOrEqual(1)
  })
})
