import { describe, expect, test } from 'vitest'
import { soundConfig, withValue } from '../../test/support/config/sound-config.ts'
import { describeProblem } from '../domain/errors/problem.ts'
import { resolveConfig } from './resolve-config.ts'

function refused(raw: unknown, env = {}) {
  const result = resolveConfig(raw, { cwd: '/srv/app', env })
  if ('config' in result) throw new Error('the config was accepted')
  return result
}

describe('an unknown key is an error with a suggestion, at every level', () => {
  test.each([
    ['databse', 'database'],
    ['database/urI', 'url'],
    ['vendor/baseURL', 'baseUrl'],
    ['vendor/single/requst', 'request'],
    ['vendor/bulk/maxRecord', 'maxRecords'],
    ['vendor/async/polls', 'poll'],
    ['vendor/limits/perSeconds', 'perSecond'],
    ['vendor/credits/alotment', 'allotment'],
    ['vendor/credits/cost/credit', 'credits'],
    ['vendor/credits/balance/remainig', 'remaining'],
    ['vendor/credits/cycle/timezone', 'timeZone'],
    ['records/refreshedat', 'refreshedAt'],
    ['records/coolDown/notfound', 'notFound'],
    ['jobs/month-end/reserv', 'reserve'],
    ['jobs/month-end/schedule/beforReset', 'beforeReset'],
  ])('%s → %s', (path, meant) => {
    const keys = path.split('/')
    const where = keys.map((key) => (key === 'month-end' ? '["month-end"]' : `.${key}`)).join('')
    const { problems } = refused(withValue(soundConfig(), keys, 'x'))
    expect(problems.find((problem) => problem.found === 'an unknown key')).toEqual({
      path: where.slice(1),
      found: 'an unknown key',
      allowed: expect.stringContaining(meant),
      hint: `Did you mean \`${meant}\`?`,
    })
  })

  test('what resembles nothing is told what there is', () => {
    const { problems } = refused({ ...soundConfig(), theme: 'dark' })
    expect(problems).toEqual([
      {
        path: 'theme',
        found: 'an unknown key',
        allowed: 'database, vendor, records, jobs, notify, heartbeat, service, report, journalDir, keepItems, lease',
      },
    ])
  })
})

test('a value that is nearly a known one is suggested too', () => {
  const zone = refused(withValue(soundConfig(), ['vendor', 'credits', 'cycle', 'timeZone'], 'Europe/Berln')).problems
  expect(zone[0]?.hint).toBe("Did you mean 'Europe/Berlin'?")
  const policy = refused(withValue(soundConfig(), ['vendor', 'onUnknown'], 'rety')).problems
  expect(policy[0]?.hint).toBe("Did you mean 'retry'?")
})

test('all problems are reported at once, in the order of the config, each with path, found and allowed', () => {
  const { problems } = refused({
    database: { url: 'mongodb://h/d', unavailableFor: 'soon' },
    vendor: {
      name: '',
      baseUrl: 'acme',
      headers: { 'x-api-key': undefined },
      limits: { perSecond: -1 },
      credits: { cost: { per: 'match', credits: -1 }, cycle: { anchorDay: 0 } },
      nmae: 'acme',
    },
    records: { table: 'people', update: { title: 1, company: 2 } },
    jobs: { 'month-end': { reserve: -1, budget: 'all' }, '-x': {} },
    lease: 60,
  })
  expect(problems.map((problem) => problem.path)).toEqual([
    'database.url',
    'database.unavailableFor',
    'vendor.name',
    'vendor.baseUrl',
    'vendor.headers["x-api-key"]',
    'vendor.single',
    'vendor.limits.perSecond',
    'vendor.credits.cost.credits',
    'vendor.credits.cycle.anchorDay',
    'vendor.nmae',
    'records.key',
    'records.update.title',
    'records.update.company',
    'jobs["month-end"].budget',
    'jobs["month-end"].reserve',
    'jobs["-x"]',
    'lease',
  ])
  for (const problem of problems) {
    expect(problem.found).not.toBe('')
    expect(problem.allowed).not.toBe('')
  }
  expect(describeProblem(problems[6] as (typeof problems)[0])).toBe(
    'vendor.limits.perSecond: found -1; allowed: a number above 0.',
  )
})

describe('what is sound by itself is handed on, so that the table can be checked too', () => {
  test('both', () => {
    const { partial } = refused({ ...soundConfig(), vendor: 7 })
    expect(partial.database?.dialect).toBe('sqlite')
    expect(partial.records?.table).toBe('people')
  })

  test('one', () => {
    const { partial } = refused({ ...soundConfig(), records: { table: 'people' } })
    expect(Object.keys(partial)).toEqual(['database'])
  })

  test('none', () => {
    expect(refused(undefined).partial).toEqual({})
    expect(refused({}).partial).toEqual({})
  })
})

describe('a missing secret is a config error that says where it comes from', () => {
  const hint = 'Missing; set the environment variable that it comes from (in the shell or .env).'

  test.each([undefined, null, '', ' ', 'undefined', 'Bearer undefined', 'Bearer ', 'Bearer', 'key=undefined;x'])(
    'header value %j',
    (value) => {
      const { problems } = refused(withValue(soundConfig(), ['vendor', 'headers'], { authorization: value }))
      expect(problems).toEqual([
        {
          path: 'vendor.headers.authorization',
          found: 'a missing value',
          allowed: 'text that is not empty',
          hint,
        },
      ])
    },
  )

  test.each([
    [{ type: 'header', name: 'x-api-key' }, 'value'],
    [{ type: 'bearer', token: 'undefined' }, 'token'],
    [{ type: 'query', name: 'api_key', value: '' }, 'value'],
    [{ type: 'basic', username: 'me', password: undefined }, 'password'],
    [{ type: 'basic', username: null, password: 'sesame' }, 'username'],
    [{ type: 'oauth', tokenUrl: 'https://a.example', clientId: 'id', clientSecret: ' ' }, 'clientSecret'],
    [{ type: 'oauth', tokenUrl: 'https://a.example', clientId: undefined, clientSecret: 'sesame' }, 'clientId'],
  ])('vendor.auth %j', (auth, key) => {
    const { problems } = refused(withValue(soundConfig(), ['vendor', 'auth'], auth))
    expect(problems).toEqual([
      { path: `vendor.auth.${key}`, found: 'a missing value', allowed: 'text that is not empty', hint },
    ])
  })

  test.each([undefined, null, '', '  ', 'postgresql://app:undefined@db/app'])('database.url %j', (url) => {
    const { problems } = refused(withValue(soundConfig(), ['database', 'url'], url))
    expect(problems).toEqual([expect.objectContaining({ path: 'database.url', found: 'a missing value', hint })])
  })
})

describe('no secret is ever printed', () => {
  test.each<[string, unknown]>([
    ['vendor/headers', { 'x-api-key': 'sesame\n' }],
    ['vendor/headers', { 'x-api-key': 'sesameé€' }],
    ['vendor/headers', { 'x-api-key': 73_737_373 }],
    ['vendor/headers', { 'x-api-key': ['sesame'] }],
    ['vendor/headers', 'x-api-key: sesame'],
    ['vendor/auth', 'sesame'],
    ['vendor/auth', { type: 'header', name: 'x-api-key', value: 'sesame\n' }],
    ['vendor/auth', { type: 'header', name: 'x-api-key', value: 73_737_373 }],
    ['vendor/auth', { type: 'bearer', token: 'Bearer sesame' }],
    ['vendor/auth', { type: 'bearer', token: ['sesame'] }],
    ['vendor/auth', { type: 'query', name: 'api_key', value: 'sesame\n' }],
    ['vendor/auth', { type: 'query', name: 'a sesame', value: 'a sesame' }],
    ['vendor/auth', { type: 'basic', username: 'se:same', password: 'sesame' }],
    ['vendor/auth', { type: 'basic', username: 'me', password: 'ses\name' }],
    ['vendor/auth', { type: 'oauth', tokenUrl: 'https://u:sesame@a.example', clientId: 'i', clientSecret: 'other' }],
    ['vendor/auth', { type: 'oauth', tokenUrl: 'https://a.example', clientId: 'i', clientSecret: 'sesame\n' }],
    ['vendor/auth', { type: 'bearer', token: 'other', password: 'sesame' }],
    ['vendor/auth', { type: 'sesame', token: 'sesame' }],
    ['vendor/baseUrl', 'https://u:sesame@acme.example'],
    ['vendor/baseUrl', 'https://acme.example?key=sesame'],
    ['vendor/apiKey', 'sesame'],
    ['database/url', { url: 'sesame' }],
    ['database', 'postgresql://u:sesame@h/d'],
    ['database/password', 'sesame'],
  ])('%s: %j', (path, value) => {
    const { problems } = refused(withValue(soundConfig(), path.split('/'), value))
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toMatch(/sesame|7373/)
  })

  test('not even where it stands in the wrong place', () => {
    const raw = withValue(soundConfig(), ['vendor', 'headers'], { 'x-api-key': 'ak_12345' })
    const { problems } = refused(withValue(raw, ['vendor', 'baseUrl'], 'ak_12345 tok_12345'), {
      A_TOKEN: 'tok_12345',
    })
    expect(problems[0]?.found).toBe('"(hidden) (hidden)"')
  })

  test('not even the beginning of one that is cut', () => {
    const { problems } = refused(withValue(soundConfig(), ['vendor', 'onUnknown'], 's'.repeat(80)), {
      A_KEY: 's'.repeat(80),
    })
    expect(problems[0]?.found).toBe('"(hidden)"')
  })
})

test("'auto' where no other job comes first is told what to do", () => {
  const jobs = { a: { reserve: 'auto', priority: 2 }, b: { priority: 2 } }
  const { problems } = refused({ ...soundConfig(), jobs })
  expect(problems).toEqual([
    {
      path: 'jobs.a.reserve',
      found: "'auto', and no other job of a higher `priority`",
      allowed: "a number of credits, a share such as '10%', or 'auto' beside a job of a higher `priority`",
      hint: "'auto' is what those jobs will need: give them a `priority` above 2.",
    },
  ])
})
