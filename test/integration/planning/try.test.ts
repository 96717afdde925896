import { describe, expect, test } from 'vitest'
import type { TriedCall } from '../../../src/app/run/tried-call.ts'
import { type Tried, type TryOptions, tryRecord } from '../../../src/app/run/try.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { InputError, LeaseHeldError, type Log } from '../../../src/index.ts'
import { balances, type Changes } from '../support/config.ts'
import { later } from '../support/later.ts'
import { onEachStage, onOneStage } from '../support/on-each-stage.ts'
import { BY_KEY } from '../support/replaying.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const SECRET = 'sk live/4f9c+2b7e1a'

const nothing = () => {}
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing } as Log

/** Tries a record; `yes`: what is answered to the question. */
async function tryOn(stage: Stage, changes: Changes = {}, options: TryOptions = {}, yes = true): Promise<Tried> {
  const resolved = resolveConfig(stage.config(changes))
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  return tryRecord(resolved.config, options, { log: silent, confirm: async () => yes })
}

const problemOf = async (trying: Promise<unknown>) => {
  const error = await trying.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).problems[0]
}
const calls = (stage: Stage) => stage.vendor.bill.entries().length

onEachStage((begin) => {
  test('a request that reads nothing of the record is refused: everybody would get one person', async () => {
    const stage = await begin({ people: 3 })
    const single = { request: () => ({ path: '/v1/enrich', query: { record: 'email' } }) }
    expect(await problemOf(tryOn(stage, { vendor: { single } }))).toMatchObject({
      path: 'vendor',
      found: expect.stringMatching(/reads no column of its record.*query: \{ email: record\.email \}/),
    })
    expect(stage.vendor.stats.calls).toBe(0)
  })

  test('without a yes the request is shown whole, and nothing is sent or charged', async () => {
    const stage = await begin({ people: 5 })
    const { call, run, key } = await tryOn(stage, {}, {}, false)
    expect({ key, run }).toEqual({ key: '1', run: null })
    expect(call).toEqual({
      request: {
        method: 'GET',
        url: `${stage.vendor.url}/v1/enrich?email=p1%40example.com`,
        headers: { 'user-agent': 'spenddown', accept: 'application/json' },
        body: null,
      },
      maxCost: 1,
    })
    expect([calls(stage), stage.vendor.stats.calls]).toEqual([0, 0])
    expect(await stage.rows(`SELECT no FROM ${stage.own('run')}`)).toEqual([])
  })

  test('with a yes one record is refreshed by a run of its own, and shown as it was and as it is', async () => {
    const stage = await begin({ people: 5 })
    const { call, run } = await tryOn(stage)
    const [row] = await stage.rows('SELECT job_title, company FROM people WHERE id = 1')
    expect(call).toMatchObject({
      reply: { status: 200, headers: { 'x-credits-charged': '1' }, body: { data: { job_title: row?.job_title } } },
      outcome: 'refreshed',
      cost: 1,
      columns: [
        { column: 'job_title', from: 'before', to: row?.job_title, changed: true },
        { column: 'company', from: 'before', to: row?.company, changed: true },
      ],
    })
    expect(run).toMatchObject({ status: 'completed', records: { selected: 1, refreshed: 1 }, credits: { budget: 1 } })
    expect(await stage.refreshed()).toEqual([1])
    expect(stage.billed()).toEqual([1])
    expect(await stage.rows(`SELECT id, status FROM ${stage.own('run')}`)).toEqual([
      { id: run?.runId, status: 'completed' },
    ])
    const again = await tryOn(stage, {}, { ids: ['1'] })
    expect(again.call.columns).toMatchObject([{ changed: false }, { changed: false }])
  })

  test('a key names the record; two, none, one that is not there, at rest or not eligible are refused', async () => {
    const stage = await begin({
      people: [{ id: 1 }, { id: 2 }, { id: 3, email: null }],
      vendor: { misses: (key) => key === emailOf(2) },
    })
    const missed = await tryOn(stage, {}, { ids: ['2'] })
    expect(missed.call).toMatchObject({ reply: { status: 404 }, outcome: 'notFound', cost: 0 })
    expect(missed.call.columns).toMatchObject([{ from: 'before', to: 'before', changed: false }, { changed: false }])
    const paid = calls(stage)
    const found = async (...ids: string[]) => (await problemOf(tryOn(stage, {}, { ids })))?.found
    expect(await found('1', '2')).toBe('2 keys')
    expect(await found('')).toBe('0 keys')
    expect(await found('9')).toBe('no record with this key')
    expect(await found('2')).toBe('one that is on cool-down')
    expect(await found('3')).toBe('one that is not eligible')
    expect(await problemOf(tryOn(stage, {}, { filters: ['country=FR'] }))).toMatchObject({ found: 'none' })
    expect(calls(stage)).toBe(paid)
  })
})

onOneStage((begin) => {
  test('the first by the only job; by the selection; and, with several jobs, of all that is eligible', async () => {
    const stage = await begin({ people: 4 })
    const keyFor = async (changes: Changes, options: TryOptions = {}) =>
      (await tryOn(stage, changes, options, false)).key
    expect(await keyFor({ job: { where: { country: 'DE' } } })).toBe('2')
    expect(await keyFor({}, { filters: ['country=DE'] })).toBe('2')
    expect(await keyFor({ jobs: { a: { where: { country: 'DE' } }, b: {} } })).toBe('1')
    expect(await keyFor({ jobs: { a: { where: { country: 'DE' } }, b: {} } }, { job: 'a' })).toBe('2')
  })

  test('a bulk call goes with the one record, and a job of the vendor is shown when its results are there', async () => {
    const stage = await begin({ people: 12 })
    const bulk = await tryOn(stage, { vendor: BY_KEY })
    expect(bulk.call).toMatchObject({
      request: {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: { requests: [{ email: emailOf(1) }] },
      },
      outcome: 'refreshed',
    })
    const jobs = await tryOn(stage, later())
    expect(jobs.call).toMatchObject({
      request: { url: `${stage.vendor.url}/v1/jobs`, body: { requests: [{ email: emailOf(2) }] } },
      reply: { body: { results: [{ status: 200 }] } },
      outcome: 'refreshed',
      cost: 1,
    })
    expect(stage.billed()).toEqual([1, 2])
  })

  test('a steady job does not keep it waiting, and a config that cannot make a request is told before the call', async () => {
    const stage = await begin({ people: 3 })
    expect((await tryOn(stage, { job: { pace: 'steady' } })).call.outcome).toBe('refreshed')
    const request = () => {
      throw new TypeError('no such column')
    }
    const problem = await problemOf(tryOn(stage, { vendor: { single: { request, data: (body) => body } } }))
    expect(problem?.found).toContain('no such column')
    expect(calls(stage)).toBe(1)
  })

  test('a reply that is of no use is shown with what was wrong about it', async () => {
    const stage = await begin({ people: 3 })
    const { call } = await tryOn(stage, { records: { update: { job_title: 'person.title' } } })
    expect(call).toMatchObject({ outcome: 'failed', cost: 1, columns: [{ column: 'job_title', changed: false }] })
    expect(call.reason).toContain('nothing for any column')
    expect(call.reply?.body).toMatchObject({ data: { key: emailOf(1) } })
  })

  test('where the reserve leaves nothing to spend, nothing is sent, and the run says so', async () => {
    const stage = await begin({ people: 3, vendor: { allotment: 5 } })
    const { call, run } = await tryOn(stage, { job: { reserve: 5 } })
    expect(Object.keys(call)).toEqual(['request', 'maxCost', 'reason'])
    expect(run).toMatchObject({ calls: { sent: 0 } })
    expect(calls(stage)).toBe(0)
  })

  test('while another process spends from the account, nothing is sent', async () => {
    const stage = await begin({ people: 30, vendor: { latencyMs: 1_000 } })
    const controller = new AbortController()
    const running = stage.run({}, {}, { signal: controller.signal })
    await expect.poll(() => calls(stage)).toBeGreaterThan(0)
    await expect(tryOn(stage, {}, { ids: ['30'] })).rejects.toBeInstanceOf(LeaseHeldError)
    controller.abort()
    await running
  })

  test('under an idempotency key the request is shown with the one that it went with', async () => {
    const stage = await begin({ people: 2 })
    const vendor = { idempotencyHeader: 'Idempotency-Key' }
    const keyOf = ({ call }: Tried) => call.request.headers['idempotency-key']
    expect(keyOf(await tryOn(stage, { vendor }, {}, false))).toBe('(its own)')
    const sent = await tryOn(stage, { vendor })
    expect(keyOf(sent)).toContain(sent.run?.runId)
  })

  test('a vendor that answers nothing in time: sent, no reply, and nobody knows', async () => {
    const stage = await begin({ people: 2, vendor: { latencyMs: 3_000 } })
    const { call, run } = await tryOn(stage, { vendor: { timeoutMs: 300 } })
    expect(call).toMatchObject({ reply: null, outcome: 'unknown', columns: [{ changed: false }, { changed: false }] })
    expect(call.reason).toContain('ETIMEDOUT')
    expect(run?.calls.sent).toBe(1)
  })

  test('a secret that the vendor repeats in its reply is hidden there, in the reason and in the columns', async () => {
    const stage = await begin({ people: 1 })
    const vendor = await scriptedVendor(() => ({ body: { data: { job_title: `for ${SECRET}` } } }))
    const request = ({ id }: Record<string, unknown>) => ({ path: '/x', query: { id, api_key: SECRET } })
    const single = { request, data: (body: { data: unknown }) => body.data }
    const credits = { balance: undefined, remaining: undefined, charged: undefined, allotment: 10 }
    const { call } = await tryOn(stage, { vendor: { baseUrl: vendor.url, single }, credits })
    expect(call).toMatchObject({ outcome: 'refreshed', columns: [{ to: 'for (hidden)', changed: true }, {}] })
    expect(JSON.stringify(call)).not.toContain(SECRET)
  })

  describe('secrets are shown nowhere', () => {
    const shownOf = (call: TriedCall) => JSON.stringify(call)
    const forms = [SECRET, encodeURIComponent(SECRET), new URLSearchParams({ '': SECRET }).toString().slice(1)]
    const single = (query: object, headers = {}, json?: unknown) => ({
      request: (record: Record<string, unknown>) => ({
        method: json === undefined ? ('GET' as const) : ('POST' as const),
        path: '/v1/enrich',
        query: { email: String(record.email), ...query },
        headers,
        ...(json === undefined ? {} : { json }),
      }),
      data: (body: { data: unknown }) => body.data,
    })

    test.each<[string, Changes['vendor'] & {}]>([
      ['a header', { headers: { 'x-api-key': SECRET } }],
      ['a bearer token', { auth: { type: 'bearer', token: SECRET.replaceAll(' ', '') } }],
      ['a key in the query', { auth: { type: 'query', name: 'api_key', value: SECRET } }],
      ['basic', { auth: { type: 'basic', username: 'me', password: SECRET } }],
      ['what only the request function knows', { single: single({ api_key: SECRET }, { authorization: SECRET }) }],
      [
        'and where it stands in a body',
        { single: single({}, {}, { auth: { apiKey: SECRET }, note: `for ${SECRET}` }) },
      ],
    ])('%s', async (_, vendor) => {
      const stage = await begin({ people: 1 })
      const { call } = await tryOn(stage, { vendor, credits: { balance: balances.endpoint } })
      const basic = Buffer.from(`me:${SECRET}`).toString('base64')
      for (const form of [...forms, SECRET.replaceAll(' ', ''), basic]) expect(shownOf(call)).not.toContain(form)
      expect(shownOf(call)).toContain('(hidden)')
    })
  })
})
