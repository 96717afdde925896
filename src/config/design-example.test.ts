import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Config } from './config.ts'
import { loadConfig } from './load/load-config.ts'
import { resolveConfig } from './resolve-config.ts'

/** Word for word the example of the contract (DESIGN 3.1). */
const EXAMPLE = `import { defineConfig } from 'spenddown'

export default defineConfig({
  database: { url: process.env.DATABASE_URL ?? 'file:./spenddown.db' },   // file:… is SQLite, postgresql://… is PostgreSQL
  vendor: {
    name: 'acme',                                         // the ledger's key
    baseUrl: 'https://api.acme.example',
    headers: { 'x-api-key': process.env.ACME_API_KEY },   // a missing secret is a config error
    single: {                                             // one record a call
      request: (record) => ({ method: 'GET', path: '/v1/enrich', query: { email: record.email } }),
      data: (body) => body.data,                          // default: the body itself
    },
    bulk: {                                               // many records a call; used when present
      maxRecords: 100,
      request: (records) => ({ method: 'POST', path: '/v1/bulk', json: { requests: records.map((r) => ({ email: r.email })) } }),
      results: (body, records) => body.map((r) => ({ status: r.status, data: r.data })),  // one per record, same order; status as HTTP's
    },
    outcome: (reply) => undefined,                        // the vendor's own meaning where the status does not say it; undefined = the default table
    idempotencyHeader: 'Idempotency-Key',                 // only if the vendor honours one
    onUnknown: 'retry',                                   // 'retry' | 'skip': an unknown call's items, when no idempotency key protects them
    timeoutMs: 30_000,
    limits: { maxConcurrent: 20, perSecond: 10, perMinute: 500 },   // the published ceilings; each optional
    credits: {
      cost: { per: 'match', credits: 1 },                 // 'call' | 'record' | 'match', charged also on a miss for the first two
      charged: (reply) => Number(reply.headers['x-credits-charged']),      // optional: what the vendor says that this call cost
      remaining: (reply) => Number(reply.headers['x-credits-remaining']),  // optional: the balance in any reply
      balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },  // optional: the balance endpoint
      allotment: 100_000,                                 // optional: per cycle, where the vendor reports no balance
      cycle: { anchorDay: 1, timeZone: 'UTC' },           // the reset is at 00:00 of the anchor day, there
    },
  },
  records: {
    table: 'people',                                      // any table of yours, 'schema.table' too; it is never altered
    key: 'id',                                            // its primary key: integer, bigint, uuid or text
    refreshedAt: 'refreshed_at',                          // stamped when, and only when, fresh data was written; optional: without it spenddown's own memory orders the records
    eligible: { email: { not: null } },                   // records worth a credit at all
    update: { job_title: (data) => data.job_title, company: 'job_company_name' },  // column: function of (data, record), or a path into data
  },
  jobs: {
    'month-end': {
      where: { country: 'US' },
      orderBy: [{ refreshed_at: 'asc' }],                 // the default: stalest first, never refreshed first of all
      limit: undefined, budget: 'remaining', reserve: 500,
      schedule: { beforeReset: '12h' },                   // or a cron expression: '0 2 L * *', with timeZone
      stopBeforeReset: '5m',
    },
  },
})
`

const entry = new URL('../../build/config/options/spenddown-config.js', import.meta.url).href
let folder: string
let config: Config

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spenddown-example-'))
  writeFileSync(join(folder, 'spenddown.config.ts'), EXAMPLE)
  writeFileSync(join(folder, '.env'), 'ACME_API_KEY=ak_example_1234\n')
  const { raw } = await loadConfig({ cwd: folder, entry })
  const resolved = resolveConfig(raw, { cwd: folder, env: {} })
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  config = resolved.config
})

afterAll(() => {
  delete process.env.ACME_API_KEY
  rmSync(folder, { recursive: true })
})

const fn = expect.any(Function)

test("the contract's own example is resolved in full", () => {
  const file = join(folder, 'spenddown.db')
  expect({ ...config, jobs: { ...config.jobs } }).toEqual({
    database: { dialect: 'sqlite', url: `file:${file}`, file, unavailableForMs: 600_000 },
    vendor: {
      name: 'acme',
      baseUrl: 'https://api.acme.example',
      headers: { 'x-api-key': 'ak_example_1234' },
      single: { request: fn, data: fn },
      bulk: { maxRecords: 100, request: fn, results: fn },
      outcome: fn,
      outcomes: [],
      idempotencyHeader: 'Idempotency-Key',
      onUnknown: 'retry',
      timeoutMs: 30_000,
      maxAttempts: 5,
      unhealthyAfterMs: 1_800_000,
      keepRepliesMs: null,
      limits: { maxConcurrent: 20, perSecond: 10, perMinute: 500 },
      credits: {
        cost: { per: 'match', credits: 1_000_000, minimum: 0 },
        charged: fn,
        remaining: fn,
        balance: {
          request: { method: 'GET', path: '/v1/account' },
          headers: {},
          hasOwnTerms: false,
          statuses: [],
          remaining: fn,
        },
        allotment: 100_000_000_000,
        cycle: { anchorDay: 1, timeZone: 'UTC' },
      },
    },
    records: {
      table: 'people',
      key: 'id',
      refreshedAt: 'refreshed_at',
      dedupeBy: [],
      eligible: { email: { not: null } },
      minAgeMs: null,
      update: { job_title: fn, company: 'job_company_name' },
      keepChanges: false,
      coolDown: { notFoundMs: 2_592_000_000, failedMs: 604_800_000 },
    },
    jobs: {
      'month-end': {
        name: 'month-end',
        where: { country: 'US' },
        orderBy: [{ column: 'refreshed_at', direction: 'asc' }],
        limit: undefined,
        budget: 'remaining',
        reserve: 500_000_000,
        priority: 0,
        schedule: { kind: 'before-reset', beforeResetMs: 43_200_000 },
        stopBeforeResetMs: 300_000,
        pace: 'fast',
      },
    },
    notify: [],
    report: { dir: join(folder, 'spenddown-reports'), keep: 100, baseUrl: null, pricePerCredit: null },
    journalDir: folder,
    keepItemsMs: 400 * 86_400_000,
    leaseMs: 60_000,
    secrets: { all: ['ak_example_1234'] },
  })
})

test("the config's functions are handed on as they are", () => {
  const { single, bulk, credits } = config.vendor
  expect(single?.request({ email: 'a@b.example' })).toEqual({
    method: 'GET',
    path: '/v1/enrich',
    query: { email: 'a@b.example' },
  })
  expect(single?.data({ data: 7 })).toBe(7)
  expect(bulk?.request([{ email: 'a@b.example' }])).toMatchObject({ json: { requests: [{ email: 'a@b.example' }] } })
  expect(bulk?.results([{ status: 404, data: null }] as never, [])).toEqual([{ status: 404, data: null }])
  expect(credits.balance?.remaining({ credits: { remaining: 12.5 } }, {} as never)).toBe(12.5)
  expect(credits.charged?.({ status: 200, headers: { 'x-credits-charged': '2' }, body: null })).toBe(2)
})
