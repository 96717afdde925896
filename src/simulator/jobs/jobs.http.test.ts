import { afterEach, expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import { type SimulatedVendor, startVendor, type VendorOptions } from '../vendor.ts'

let vendor: SimulatedVendor
afterEach(() => vendor.close())

async function start(options: VendorOptions = {}): Promise<ManualClock> {
  const clock = new ManualClock()
  vendor = await startVendor({ jobMs: 5_000, remaining: 10, clock, ...options })
  return clock
}

async function submit(keys: readonly string[], idempotencyKey?: string) {
  const headers = {
    'content-type': 'application/json',
    ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
  }
  const body = JSON.stringify({ requests: keys.map((email) => ({ email })) })
  const reply = await fetch(`${vendor.url}/v1/jobs`, { method: 'POST', headers, body })
  return { status: reply.status, body: (await reply.json()) as { id: string; state: string } }
}

async function ask(path: string) {
  const reply = await fetch(`${vendor.url}${path}`)
  const charged = reply.headers.get('x-credits-charged')
  return { status: reply.status, charged, body: await reply.json() }
}

test('a job is named at once, runs, and has its results when it is done', async () => {
  const clock = await start({ misses: (key) => key === 'b@x.example' })
  const { status, body } = await submit(['a@x.example', 'b@x.example'])
  expect([status, body]).toEqual([202, { id: 'job-1', state: 'queued' }])
  expect(await ask('/v1/jobs/job-1')).toMatchObject({ status: 202, body: { id: 'job-1', state: 'running' } })
  expect(await ask('/v1/job-results/job-1')).toMatchObject({ status: 202 })
  clock.advance(5_000)
  const done = await ask('/v1/jobs/job-1')
  expect(done).toMatchObject({ status: 200, charged: '1', body: { state: 'done' } })
  const { results } = done.body as { results: { status: number }[] }
  expect(results.map((each) => each.status)).toEqual([200, 404])
  expect((await ask('/v1/job-results/job-1')).body).toEqual(results)
  expect(vendor.stats).toMatchObject({ calls: 1, polls: 4 })
})

test.each([
  ['arrival', 9],
  ['reply', 10],
] as const)('charged at %s: the balance while it runs is %d', async (chargeAt, whileRunning) => {
  const clock = await start({ chargeAt })
  await submit(['a@x.example'])
  expect(vendor.account.remaining).toBe(whileRunning)
  clock.advance(5_000)
  expect(vendor.account.remaining).toBe(9)
})

test('a job that fails brings no results; charged at its end, it is not', async () => {
  const clock = await start({ chargeAt: 'reply', faults: { jobFails: { next: 1 } } })
  await submit(['a@x.example'])
  clock.advance(5_000)
  expect(await ask('/v1/jobs/job-1')).toMatchObject({ status: 200, charged: '0', body: { state: 'failed' } })
  expect(vendor.account.remaining).toBe(10)
})

test('the same idempotency key names the same job, and is charged once', async () => {
  const clock = await start()
  expect((await submit(['a@x.example'], 'k')).body.id).toBe('job-1')
  expect((await submit(['a@x.example'], 'k')).body.id).toBe('job-1')
  clock.advance(5_000)
  expect(vendor.account.remaining).toBe(9)
})

test('polls count towards the rate limits and can fail, and a job that there is not is not found', async () => {
  await start({ perSecond: 1 })
  expect((await ask('/v1/jobs/none')).status).toBe(404)
  expect((await ask('/v1/jobs/none')).status).toBe(429)
  vendor.behave({ perSecond: null, faults: { error500: { next: 1 } } })
  expect((await ask('/v1/jobs/none')).status).toBe(500)
})

test('too few credits refuse a job at once, or end it', async () => {
  const clock = await start({ remaining: 0 })
  expect((await submit(['a@x.example'])).status).toBe(402)
  vendor.behave({ chargeAt: 'reply' })
  expect((await submit(['a@x.example'])).status).toBe(202)
  clock.advance(5_000)
  expect((await ask('/v1/jobs/job-1')).body).toMatchObject({ state: 'failed', error: 'out_of_credits' })
})
