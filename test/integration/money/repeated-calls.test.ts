import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn, perform } from '../support/perform.ts'
import { type Answer, type Call, scriptedVendor } from '../support/scripted-vendor.ts'

const RECORDS = 40
const KEYED: Changes['vendor'] = { idempotencyHeader: 'Idempotency-Key', limits: { maxConcurrent: 4 }, timeoutMs: 500 }
const SINGLE = { job_title: 'fresh', job_company_name: 'fresh' }
const BULK: NonNullable<Changes['vendor']>['bulk'] = {
  maxRecords: 4,
  request: (records) => ({ method: 'POST', path: '/bulk', json: records.map(({ email }) => email) }),
  results: (body) => body.map((data) => ({ status: 200, data })),
}

/**
 * A vendor that honours keys and charges a key once, but says what it charged only in the reply to the first sending;
 * the replies to sendings that `isLost` picks never arrive. Keeps its own bill.
 */
async function forgetfulVendor(isLost: (key: string, sending: number) => boolean, refuse?: () => Answer | undefined) {
  const sendings = new Map<string, number>()
  const bill = { total: 0 }
  const vendor = await scriptedVendor((call: Call) => {
    const key = String(call.headers['idempotency-key'])
    const sending = (sendings.get(key) ?? 0) + 1
    sendings.set(key, sending)
    const people = call.method === 'POST' ? (JSON.parse(call.body) as string[]).map(() => SINGLE) : [SINGLE]
    if (sending === 1) bill.total += people.length
    if (isLost(key, sending)) return 'hang up'
    const refusal = sending > 1 ? refuse?.() : undefined
    if (refusal !== undefined) return refusal
    const headers = { 'x-credits-charged': String(sending === 1 ? people.length : 0) }
    return { headers, body: call.method === 'POST' ? people : { data: SINGLE } }
  })
  return { ...vendor, bill }
}

/** The first reply is lost to calls whose number, from 1, is picked. */
const firstOf = (isPicked: (call: number) => boolean) => {
  let calls = 0
  return (_key: string, sending: number) => {
    if (sending === 1) calls += 1
    return sending === 1 && isPicked(calls)
  }
}
const everyThird = () => firstOf((call) => call % 3 === 0)

onEachStage((begin) => {
  const config = (url: string, vendor: Changes['vendor'] = {}): Changes => ({
    vendor: { ...KEYED, baseUrl: url, ...vendor },
    credits: { balance: undefined, remaining: undefined },
  })

  test.each([
    ['single', {}],
    ['bulk', { single: undefined, bulk: BULK }],
  ] as const)('%s: the bill is the ledger, although the reply to the second sending says 0', async (_, vendor) => {
    const stage = await begin({ people: RECORDS })
    const account = await forgetfulVendor(everyThird())
    const { summary } = await stage.run(config(account.url, vendor as Changes['vendor']), { budget: 30 })
    expect(account.bill.total).toBe(30)
    expect(summary.credits).toMatchObject({ spent: 30, unknown: 0 })
    expect(summary.records.refreshed).toBe(30)
  })

  test('the same after the process that sent it first is gone', async () => {
    const stage = await begin({ people: RECORDS })
    let refusing = true
    const busy = { status: 429, headers: { 'retry-after': '1', 'x-credits-charged': '0' } }
    const account = await forgetfulVendor(
      firstOf((call) => call > 6 && call < 10),
      () => (refusing ? busy : undefined),
    )
    const changes = config(account.url)
    const first = await perform(
      stage.config(changes),
      { budget: 30 },
      {
        onEvent: (event, handle) => {
          if (event.type === 'progress' && event.summary.records.refreshed >= 6 && event.summary.calls.unknown > 0)
            handle().stop()
        },
      },
    )
    expect(first.summary.status).toBe('stopped')
    refusing = false
    const { summary } = await goOn(stage.config(changes))
    expect(summary.credits).toMatchObject({ spent: account.bill.total, unknown: 0 })
    expect(account.bill.total).toBe(30)
  })

  test('a refusal of the second sending does not say that the first was not charged', async () => {
    const stage = await begin({ people: RECORDS })
    const refusal = { status: 422, headers: { 'x-credits-charged': '0' }, body: { error: 'seen before' } }
    const account = await forgetfulVendor(everyThird(), () => refusal)
    const { summary } = await stage.run(config(account.url, { maxAttempts: 2 }), { budget: 30 })
    expect(account.bill.total).toBe(30)
    expect(summary.credits.spent + summary.credits.unknown).toBe(30)
    expect(summary.credits.unknown).toBeGreaterThan(0)
  })

  test('the balance agrees with the books, and nothing is said of drift', async () => {
    const stage = await begin({ people: RECORDS })
    const account = await forgetfulVendor(everyThird(), undefined)
    const remaining = { remaining: () => 100 - account.bill.total }
    const { summary, logs } = await stage.run(
      { ...config(account.url), credits: { balance: undefined, ...remaining } },
      { budget: 30 },
    )
    expect(summary.credits).toMatchObject({ spent: 30, drift: 0 })
    expect(logs.filter(({ level }) => level === 'warn')).toEqual([])
  })
})
