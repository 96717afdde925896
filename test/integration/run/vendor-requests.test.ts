import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { VendorOptions, VendorRequest } from '../../../src/index.ts'
import { later, SAYS_NOTHING } from '../support/later.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { type Call, scriptedVendor } from '../support/scripted-vendor.ts'

const FOUND = { body: { data: { job_title: 'fresh' } } }

const secretsIn = ({ url, headers, body }: Call) => JSON.stringify([String(url), headers, body]).match(/sesame-\d/g)

onOneStage((begin) => {
  test('a balance by POST, from another host, with credentials of its own: neither sees those of the other', async () => {
    const stage = await begin({ people: 12 })
    const vendor = await scriptedVendor(() => FOUND)
    const office = await scriptedVendor(() => ({ body: { left: 7 } }))
    const balance = {
      baseUrl: office.url,
      request: { method: 'POST', path: '/graphql', json: { query: '{ credits }' }, headers: { 'X-Version': '3' } },
      auth: { type: 'bearer', token: 'sesame-2' },
      remaining: (body: { left: number }) => body.left,
    } as const
    const auth = { type: 'query', params: { id: 'sesame-1', token: 'sesame-3' } } as const
    const performed = await stage.run({
      vendor: { baseUrl: vendor.url, auth },
      credits: { ...SAYS_NOTHING, balance },
    })
    expect(performed.summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 7 } })
    expect(new Set(vendor.calls.map((call) => secretsIn(call)?.join()))).toEqual(new Set(['sesame-1,sesame-3']))
    expect(new Set(office.calls.map((call) => secretsIn(call)?.join()))).toEqual(new Set(['sesame-2']))
    expect(office.calls[0]).toMatchObject({ method: 'POST', body: '{"query":"{ credits }"}' })
    expect(office.calls[0]?.headers).toMatchObject({ 'x-version': '3', 'content-type': 'application/json' })
    expect(JSON.stringify([performed.logs, performed.events])).not.toMatch(/sesame/)
  })

  test('a balance in the headers of a 400 that is free', async () => {
    const stage = await begin({ people: 12 })
    let left = 9
    const vendor = await scriptedVendor(({ url }) => {
      const isAsked = url.searchParams.size === 0
      if (!isAsked) left -= 1
      return { ...(isAsked ? { status: 400 } : FOUND), headers: { 'x-left': String(left) } }
    })
    const balance = {
      path: '/v1/enrich',
      statuses: 400,
      remaining: (_: unknown, { headers }: { headers: Readonly<Record<string, string | undefined>> }) =>
        headers['x-left'],
    }
    const { summary } = await stage.run({
      vendor: { baseUrl: vendor.url },
      credits: { ...SAYS_NOTHING, balance },
      job: { reserve: 4 },
    })
    expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 5 } })
    expect(left).toBe(4)
  })

  test.each<[string, Partial<VendorRequest>, string, string]>([
    [
      'form',
      { form: { email: 'a b@c.example', none: null } },
      'application/x-www-form-urlencoded',
      'email=a+b%40c.example',
    ],
    ['text', { body: '<who/>', headers: { 'Content-Type': 'text/xml' } }, 'text/xml', '<who/>'],
    [
      'JSON:API',
      { json: { a: 1 }, headers: { 'content-type': 'application/vnd.api+json' } },
      'application/vnd.api+json',
      '{"a":1}',
    ],
    ['JSON', { json: { a: 1 } }, 'application/json', '{"a":1}'],
  ])('a request whose body is %s', async (_, body, type, sent) => {
    const stage = await begin({ people: 1 })
    const vendor = await scriptedVendor(() => FOUND)
    const headers = { Accept: 'application/vnd.api+json' }
    const single: VendorOptions['single'] = {
      request: ({ email }) => ({
        method: 'POST',
        path: `/?of=${email}`,
        ...body,
        headers: { ...headers, ...body.headers },
      }),
      data: (reply) => reply.data,
    }
    const { summary } = await stage.run(
      { vendor: { baseUrl: vendor.url, single }, credits: SAYS_NOTHING },
      { budget: 1 },
    )
    expect(summary.records.refreshed).toBe(1)
    expect(vendor.calls[0]).toMatchObject({ method: 'POST', body: sent })
    expect(vendor.calls[0]?.headers).toMatchObject({ accept: 'application/vnd.api+json', 'content-type': type })
  })

  test.each([
    ['in the usual place', { error: 'You have insufficient credits! Upgrade.' }],
    ['in a list', { errors: [{ detail: 'Insufficient Credits' }] }],
    ['as text', 'sorry: insufficient credits'],
  ])('out of credits is what the message says, %s', async (_, body) => {
    const stage = await begin({ people: 12 })
    const vendor = await scriptedVendor(({ number }) => {
      if (number < 3) return FOUND
      return { status: 422, body: number === 3 ? { error: 'Parameters misconfigured' } : body }
    })
    const outcomes = [{ status: 422, message: { contains: 'insufficient credits' }, is: 'credits-exhausted' }] as const
    const { summary } = await stage.run(
      { vendor: { baseUrl: vendor.url, outcomes, limits: { maxConcurrent: 1 } }, credits: SAYS_NOTHING },
      { budget: 50 },
    )
    expect(summary).toMatchObject({ stopReason: 'credits-exhausted', records: { refreshed: 3, failed: 1 } })
  })

  test('results in a gzipped file of JSON lines at another address: the key stays at home', async () => {
    const stage = await begin({ people: 25 })
    const files = new Map<string, Buffer>()
    const store = await scriptedVendor(({ url }) => ({
      headers: { 'content-type': 'application/octet-stream' },
      body: files.get(url.pathname) ?? '',
    }))
    const vendor = await scriptedVendor(({ url, body, method }) => {
      if (url.pathname === '/v1/account') return { body: { credits: { remaining: 100 } } }
      if (method === 'GET') return { body: { state: 'done', file: `${store.url}${url.pathname}?signature=s%2F1` } }
      const id = `9007199254740${100 + files.size}`
      const { requests } = JSON.parse(body) as { requests: { email: string }[] }
      const lines = requests.map(({ email }) => JSON.stringify({ status: 200, data: { job_title: email } }))
      files.set(`/v1/jobs/${id}`, gzipSync(`${lines.join('\n')}\n`))
      return { body: `{"id":${id}}` }
    })
    const { summary, logs } = await stage.run(
      later(
        { fetch: (_, body) => ({ url: body.file }), lines: true },
        {
          vendor: { baseUrl: vendor.url, headers: { 'X-Key': 'sesame-1' } },
          credits: { remaining: undefined, charged: undefined },
        },
      ),
    )
    expect(summary).toMatchObject({ stopReason: 'all-refreshed', records: { refreshed: 25 }, credits: { spent: 25 } })
    const rows = await stage.rows('SELECT email, job_title FROM people')
    expect(rows.filter(({ email, job_title }) => email !== job_title)).toEqual([])
    expect(store.calls.length).toBe(files.size)
    expect(store.calls.every((call) => call.url.searchParams.get('signature') === 's/1')).toBe(true)
    expect(store.calls.flatMap(secretsIn)).toEqual(store.calls.map(() => null))
    expect(vendor.calls.every((call) => secretsIn(call) !== null)).toBe(true)
    expect(JSON.stringify(logs)).not.toMatch(/sesame/)
  })
})
