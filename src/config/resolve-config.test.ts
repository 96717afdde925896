import { describe, expect, test } from 'vitest'
import { soundConfig, withValue } from '../../test/support/config/sound-config.ts'
import { type Config, hasBudgetSource } from './config.ts'
import { defineConfig } from './options/spenddown-config.ts'
import { resolveConfig } from './resolve-config.ts'
import { defaultJob } from './schema/config-schema.ts'

const at = { cwd: '/srv/app', env: {} }

function resolved(raw: unknown): Config {
  const result = resolveConfig(raw, at)
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.config
}

const sound = (path: string, value: unknown) => resolved(withValue(soundConfig(), path.split('/'), value))

test('the smallest config has every default in place', () => {
  const { vendor, records, database, jobs, journalDir, keepItemsMs, leaseMs, secrets } = resolved(soundConfig())
  expect(database).toEqual({
    dialect: 'sqlite',
    url: 'file:/srv/app/records.db',
    file: '/srv/app/records.db',
    unavailableForMs: 600_000,
  })
  expect(vendor).toMatchObject({ headers: {}, onUnknown: 'retry', timeoutMs: 30_000, maxAttempts: 5 })
  expect(vendor).toMatchObject({ unhealthyAfterMs: 1_800_000, keepRepliesMs: null, limits: {} })
  expect(vendor.credits).toEqual({
    cost: { per: 'match', credits: 1_000_000, minimum: 0 },
    cycle: { anchorDay: 1, timeZone: 'UTC' },
  })
  expect(vendor.single?.data('the body itself')).toBe('the body itself')
  expect(records.eligible).toEqual({})
  expect(records.minAgeMs).toBeNull()
  expect(records.coolDown).toEqual({ notFoundMs: 30 * 86_400_000, failedMs: 7 * 86_400_000 })
  expect({ jobs: { ...jobs }, journalDir, keepItemsMs, leaseMs, secrets }).toEqual({
    jobs: {},
    journalDir: '/srv/app',
    keepItemsMs: 400 * 86_400_000,
    leaseMs: 60_000,
    secrets: { all: [] },
  })
})

test('a run of its own has the defaults of a job', () => {
  const { nightly } = sound('jobs/nightly', {}).jobs
  expect(nightly).toEqual({
    name: 'nightly',
    where: {},
    budget: 'remaining',
    reserve: 0,
    priority: 0,
    stopBeforeResetMs: 300_000,
    pace: 'fast',
  })
  expect(defaultJob('nightly')).toEqual(nightly)
})

describe('the database', () => {
  test.each([
    ['file:data/x.db', '/srv/app/data/x.db'],
    ['file:/var/x.db', '/var/x.db'],
    ['file:///var/with%20space.db', '/var/with space.db'],
    ['FILE:./x.db', '/srv/app/x.db'],
  ])('%s is the SQLite file %s', (url, file) => {
    expect(sound('database/url', url).database).toMatchObject({
      dialect: 'sqlite',
      file,
      url: `file:${file}`,
    })
  })

  test.each(['postgresql://u:p@h:5432/d', 'postgres://h/d?sslmode=require', 'postgresql://u@/d?host=/run/postgresql'])(
    '%s is PostgreSQL, the URL as it is',
    (url) => {
      expect(sound('database/url', url).database).toEqual({
        dialect: 'postgresql',
        url,
        unavailableForMs: 600_000,
      })
    },
  )

  test.each(['mysql://u:p@h:3306/d', 'mariadb://h/d?ssl=true'])('%s is MySQL or MariaDB, the URL as it is', (url) => {
    expect(sound('database/url', url).database).toEqual({ dialect: 'mysql', url, unavailableForMs: 600_000 })
  })
})

describe('values in their resolved form', () => {
  test('credits are micro-credits, exactly', () => {
    expect(sound('vendor/credits/cost', { per: 'call', credits: 0.1 }).vendor.credits.cost.credits).toBe(100_000)
    expect(sound('vendor/credits/allotment', 0.1 + 0.2).vendor.credits.allotment).toBe(300_000)
    expect(sound('vendor/credits/allotment', 123_456_789.123456).vendor.credits.allotment).toBe(123_456_789_123_456)
    expect(sound('jobs/a', { budget: 0, reserve: 0.5 }).jobs.a).toMatchObject({ budget: 0, reserve: 500_000 })
  })

  test('durations are milliseconds', () => {
    expect(sound('lease', '2s').leaseMs).toBe(2_000)
    expect(sound('database/unavailableFor', '0s').database.unavailableForMs).toBe(0)
    const dated = withValue(soundConfig(), ['records', 'refreshedAt'], 'refreshed_at')
    expect(resolved(withValue(dated, ['records', 'minAge'], '30d')).records.minAgeMs).toBe(30 * 86_400_000)
    expect(sound('records/coolDown', '1d').records.coolDown).toEqual({
      notFoundMs: 86_400_000,
      failedMs: 86_400_000,
    })
    const { coolDown } = sound('records/coolDown', { failed: '1h' }).records
    expect(coolDown).toEqual({ notFoundMs: 30 * 86_400_000, failedMs: 3_600_000 })
  })

  test("a cron expression without a time zone has the billing cycle's", () => {
    const cycle = { timeZone: 'America/New_York' }
    const config = withValue(soundConfig(), ['vendor', 'credits'], { cycle })
    const jobs = {
      bare: { schedule: '0  2 L * *' },
      own: { schedule: { cron: '0 0 2 L * *', timeZone: 'Europe/Berlin' } },
      shared: { schedule: { cron: '0 2 * * mon-fri' } },
    }
    const { bare, own, shared } = resolved({ ...config, jobs }).jobs
    expect(bare?.schedule).toEqual({ kind: 'cron', cron: '0 2 L * *', timeZone: 'America/New_York' })
    expect(own?.schedule).toEqual({ kind: 'cron', cron: '0 0 2 L * *', timeZone: 'Europe/Berlin' })
    expect(shared?.schedule).toMatchObject({ timeZone: 'America/New_York' })
  })

  test('a reserve is credits, a share, or what jobs of a higher priority will need', () => {
    const config = withValue(soundConfig(), ['vendor', 'credits', 'allotment'], 1_000)
    const reserves = (jobs: object) => Object.values(resolved({ ...config, jobs }).jobs).map(({ reserve }) => reserve)
    expect(reserves({ a: { reserve: '12.5%' }, b: { reserve: ' 100 % ' } })).toEqual([
      { kind: 'share', share: 0.125 },
      { kind: 'share', share: 1 },
    ])
    const daily = { priority: 1 }
    expect(reserves({ a: { reserve: 'auto' }, daily })[0]).toEqual({ kind: 'auto', confidence: 0.95, atLeast: 0 })
    const own = { auto: true, confidence: 0.8, atLeast: 200 }
    expect(reserves({ daily: { priority: 0 }, a: { reserve: own, priority: -1 } })[1]).toEqual({
      kind: 'auto',
      confidence: 0.8,
      atLeast: 200_000_000,
    })
  })

  test('a job may start as late as is safe', () => {
    const { a } = sound('jobs', { a: { schedule: { beforeReset: 'auto' } } }).jobs
    expect(a?.schedule).toEqual({ kind: 'before-reset', beforeResetMs: 'auto' })
  })

  test('conditions become JSON: dates as ISO text, bigints as numbers or digits', () => {
    const where = { at: { lt: new Date(0) }, AND: [{ n: 5n }, { n: { in: [2n ** 60n] } }], x: null }
    expect(sound('records/eligible', where).records.eligible).toEqual({
      at: { lt: '1970-01-01T00:00:00.000Z' },
      AND: [{ n: 5 }, { n: { in: ['1152921504606846976'] } }],
      x: null,
    })
  })

  test('the base URL loses its last slash, the journal folder becomes absolute', () => {
    expect(sound('vendor/baseUrl', 'http://localhost:8080/api/').vendor.baseUrl).toBe('http://localhost:8080/api')
    expect(sound('journalDir', 'journal').journalDir).toBe('/srv/app/journal')
  })

  test('reports go beside the journal unless told otherwise; false: nowhere', () => {
    const dir = '/srv/app/journal/spenddown-reports'
    expect(sound('journalDir', 'journal').report).toEqual({ dir, keep: 100, baseUrl: null, pricePerCredit: null })
    const report = {
      dir: 'r',
      keep: 3,
      baseUrl: 'https://x.example/r',
      pricePerCredit: { amount: 0.03, currency: 'EUR' },
    }
    expect(sound('report', report).report).toEqual({ ...report, dir: '/srv/app/r', baseUrl: 'https://x.example/r/' })
    expect(sound('report', false).report).toBeNull()
  })

  test('jobs keep their order and answer to no name but their own', () => {
    const { jobs } = sound('jobs', { z: {}, a: {}, 'month end': {} })
    expect(Object.keys(jobs)).toEqual(['z', 'a', 'month end'])
    expect(jobs.constructor).toBeUndefined()
  })

  test('all that must not be printed is collected', () => {
    const raw = withValue(soundConfig(), ['vendor', 'headers'], { 'x-api-key': 'ak_12345' })
    const url = 'postgresql://u:pass_1@h/d'
    const result = resolveConfig({ ...raw, database: { url } }, { ...at, env: { OTHER_TOKEN: 'tok_12345' } })
    expect(result).toMatchObject({ config: { secrets: { all: ['tok_12345', 'ak_12345', 'pass_1'] } } })
  })
})

test.each([
  ['nothing', {}, false],
  ['what a call costs', { charged: () => 1 }, false],
  ['an allotment', { allotment: 0 }, true],
  ['a balance in replies', { remaining: () => 1 }, true],
  ['a balance endpoint', { balance: { path: '/v1/account', remaining: () => 1 } }, true],
])('with %s known, whether the remaining credits can be known: %j %s', (_what, credits, known) => {
  expect(hasBudgetSource(sound('vendor/credits', credits))).toBe(known)
})

test('defineConfig gives types and returns what it was given', () => {
  interface Person {
    readonly id: number
    readonly email: string
    readonly title: string | null
    readonly seen_at: Date | null
  }
  const config = defineConfig<Person>({
    database: { url: process.env.NO_SUCH_VARIABLE },
    vendor: {
      name: 'acme',
      baseUrl: 'https://api.acme.example',
      headers: { 'x-api-key': process.env.NO_SUCH_VARIABLE },
      single: {
        request: (person) => ({ path: `/people/${person.id.toFixed()}`, query: { email: person.email } }),
      },
      bulk: {
        maxRecords: 10,
        request: (people) => ({ method: 'POST', path: '/bulk', json: people.map((person) => person.email) }),
        results: (body) => body.map((r) => ({ status: r.status, data: r.data })),
      },
      outcome: ({ status, body }) => (status === 400 && body.code === 'PFAPI0011' ? 'credits-exhausted' : undefined),
    },
    records: {
      table: 'people',
      key: 'id',
      eligible: { OR: [{ email: { not: null } }, { seen_at: { lt: new Date(0) } }] },
      update: { title: (data, person) => data.title ?? person.email },
    },
    jobs: { nightly: { schedule: { cron: '0 2 * * *' }, orderBy: [{ id: 'desc' }] } },
    // @ts-expect-error a key that is not known
    jobz: {},
  })
  expect(config.records.table).toBe('people')
})

test('paid replies are kept for as long as the config says', () => {
  expect(sound('vendor/keepReplies', '30d').vendor.keepRepliesMs).toBe(30 * 86_400_000)
})
