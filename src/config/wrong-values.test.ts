import { describe, expect, test } from 'vitest'
import { soundConfig, withValue } from '../../test/support/config/sound-config.ts'
import { resolveConfig } from './resolve-config.ts'

const at = { cwd: '/srv/app', env: {} }

function problemsOf(raw: unknown) {
  const result = resolveConfig(raw, at)
  return 'problems' in result ? result.problems : []
}

/** The one problem that the value makes at the path. */
function problemOf(path: string, value: unknown) {
  const problems = problemsOf(withValue(soundConfig(), path.split('/'), value))
  expect(problems).toHaveLength(1)
  return problems[0]
}

const DURATION = /^a duration with units/
const OBJECT = /^an object/
const FUNCTION = /^a function \(/
const CREDITS = /^a number of credits, 0 or more, with at most six decimals$/
const COLUMN = /^a column's name$/
const THRESHOLD = /^a number of credits, 0 or more, or a share such as '5%'$/
const TYPES = /^'header', 'bearer', 'query', 'basic', 'oauth'$/
const ASYNC = (changes: object) => ({ id: () => 'a', poll: () => ({ path: '/' }), ...changes })
const MANY = (changes: object) => ({ maxJobs: 9, request: () => ({ path: '/' }), jobs: () => [], ...changes })
const OAUTH = (other: object) => ({
  type: 'oauth',
  tokenUrl: 'https://a.example',
  clientId: 'id',
  clientSecret: 'sesame',
  ...other,
})

describe('every key refuses what it is not', () => {
  test.each<[string, unknown, RegExp]>([
    ['database', 'file:./x.db', OBJECT],
    ['database', undefined, OBJECT],
    ['database/url', 7, /^'file:/],
    ['database/unavailableFor', 600, DURATION],
    ['vendor', [], OBJECT],
    ['vendor/name', 'a b', /^letters, digits/],
    ['vendor/name', '-acme', /^letters, digits/],
    ['vendor/name', undefined, /^letters, digits/],
    ['vendor/baseUrl', '/v1', /^an absolute http\(s\) URL/],
    ['vendor/baseUrl', 'ftp://acme.example', /^an absolute http\(s\) URL/],
    ['vendor/baseUrl', new URL('https://acme.example'), /^an absolute http\(s\) URL/],
    ['vendor/headers', ['x-api-key'], /^an object: header name/],
    ['vendor/auth', ['bearer'], OBJECT],
    ['vendor/auth/type', undefined, TYPES],
    ['vendor/auth/type', 'apikey', TYPES],
    ['vendor/auth/type', 'toString', TYPES],
    ['vendor/auth', { type: 'header', name: 'x api', value: 'k' }, /^the name of an HTTP header/],
    ['vendor/auth', { type: 'header', value: 'k' }, /^the name of an HTTP header/],
    ['vendor/auth', { type: 'header', name: 'x-api-key', value: '€' }, /^text without line breaks .* Latin-1$/],
    ['vendor/auth', { type: 'bearer', token: 'Bearer k' }, /^the token alone/],
    ['vendor/auth', { type: 'bearer', token: 'k', value: 'k' }, /^type, token$/],
    ['vendor/auth', { type: 'query', name: '', value: 'k' }, /^the name of a query parameter/],
    ['vendor/auth', { type: 'basic', username: 'a:b', password: 'k' }, /without ':'$/],
    ['vendor/auth', OAUTH({ tokenUrl: '/token' }), /^an absolute http\(s\) URL without fragment/],
    ['vendor/auth', OAUTH({ tokenUrl: undefined }), /^an absolute http\(s\) URL/],
    ['vendor/auth', OAUTH({ tokenUrl: 'ftp://a.example' }), /^an absolute http\(s\) URL/],
    ['vendor/auth', OAUTH({ tokenUrl: 'https://a.example#x' }), /^an absolute http\(s\) URL/],
    ['vendor/auth', OAUTH({ scope: ['a', 'b'] }), /^text, such as/],
    ['vendor/auth', OAUTH({ audience: '' }), /^text, such as/],
    ['vendor/auth', OAUTH({ clientAuthentication: 'header' }), /^'body', 'basic'$/],
    ['notify', 'https://hooks.example', OBJECT],
    ['notify', { url: 'ftp://hooks.example' }, /^an absolute http\(s\) URL$/],
    ['notify', { url: undefined }, /^an absolute http\(s\) URL$/],
    ['notify', { url: 'https://a.example', format: 'teams' }, /^'json', 'slack'$/],
    ['notify', { url: 'https://a.example', secret: 'short' }, /^'whsec_' and the key in base64/],
    ['notify', { url: 'https://a.example', on: 'failed' }, /^a list of completed, stopped, failed, forecast$/],
    ['notify', [{ url: 'https://a.example', on: ['never'] }], /^'completed', 'stopped', 'failed', 'forecast'$/],
    ['notify', { url: 'https://a.example', forecastAbove: '5' }, THRESHOLD],
    ['notify', { url: 'https://a.example', forecastAbove: '101%' }, THRESHOLD],
    ['notify', { url: 'https://a.example', forecastAbove: -1 }, CREDITS],
    ['notify', { url: 'https://a.example', on: ['failed'], forecastAbove: 5 }, /^a list with 'forecast'/],
    ['heartbeat', 'https://hc.example/1', OBJECT],
    ['heartbeat', { url: undefined }, /^an absolute http\(s\) URL$/],
    ['heartbeat', { url: 'https://hc.example/1', every: '10ms' }, DURATION],
    ['service', true, OBJECT],
    ['service', { port: 70_000 }, /^a whole number from 0 to 65535$/],
    ['service', { host: 'http://here/' }, /^an address of this machine/],
    ['vendor/single', () => ({}), OBJECT],
    ['vendor/single/request', '/v1/enrich', FUNCTION],
    ['vendor/single/request', undefined, FUNCTION],
    ['vendor/single/data', 'data', FUNCTION],
    ['vendor/bulk', true, OBJECT],
    ['vendor/bulk', { maxRecords: 0, request: () => ({}), results: () => [] }, /^a whole number from 1 to 10000$/],
    ['vendor/bulk', { maxRecords: 9, maxBytes: 1.5, request: () => ({}), results: () => [] }, /^a whole number from 1/],
    ['vendor/bulk', { maxRecords: 9, request: () => ({}) }, FUNCTION],
    ['vendor/bulk', { maxRecords: 9, request: () => ({}), results: () => [], key: 'email' }, FUNCTION],
    ['vendor/bulk', { maxRecords: 9, request: () => ({}), results: () => [], belongsTo: true }, FUNCTION],
    ['vendor/single', { request: () => ({}), belongsTo: 'email' }, FUNCTION],
    ['vendor/async', true, OBJECT],
    ['vendor/async', ASYNC({ id: 'id' }), FUNCTION],
    ['vendor/async', ASYNC({ poll: undefined }), FUNCTION],
    ['vendor/async', ASYNC({ state: 'done' }), FUNCTION],
    ['vendor/async', ASYNC({ fetch: '/results' }), FUNCTION],
    ['vendor/async', ASYNC({ pollMany: true }), OBJECT],
    ['vendor/async', ASYNC({ pollMany: MANY({ maxJobs: 1 }) }), /^a whole number from 2 to 1000$/],
    ['vendor/async', ASYNC({ pollMany: MANY({ request: '/jobs' }) }), FUNCTION],
    ['vendor/async', ASYNC({ pollMany: MANY({ jobs: undefined }) }), FUNCTION],
    ['vendor/async', ASYNC({ every: 5 }), /^a duration/],
    ['vendor/async', ASYNC({ every: '10ms' }), /at least 100ms$/],
    ['vendor/async', ASYNC({ every: '2h' }), /^less than `within` \(1h\)$/],
    ['vendor/outcome', 'fresh', FUNCTION],
    ['vendor/outcomes', { status: 400 }, /^a list$/],
    ['vendor/outcomes', [{ is: 'throttled' }], /^at least one of status, code, message, header$/],
    ['vendor/outcomes', [{ status: 40, is: 'throttled' }], /^a status from 100 to 599/],
    ['vendor/outcomes', [{ status: [], is: 'throttled' }], /^a status from 100 to 599/],
    ['vendor/outcomes', [{ code: '', is: 'throttled' }], /^text or a number$/],
    ['vendor/outcomes', [{ status: 400, at: 'x', is: 'throttled' }], /^only with `code`$/],
    ['vendor/outcomes', [{ status: 400, is: 'unknown' }], /^'fresh', 'not-found'/],
    ['vendor/outcomes', [{ header: { name: 'x' }, is: 'throttled' }], /^text$/],
    ['vendor/idempotencyHeader', 'Idempotency Key', /^the name of an HTTP header/],
    ['vendor/idempotencyHeader', true, /^the name of an HTTP header/],
    ['vendor/onUnknown', 'ignore', /^'retry', 'skip'$/],
    ['vendor/timeoutMs', '30s', /^a whole number from 1 to 3600000$/],
    ['vendor/timeoutMs', 0, /^a whole number/],
    ['vendor/maxAttempts', 0, /^a whole number from 1 to 100$/],
    ['vendor/maxAttempts', 1.5, /^a whole number/],
    ['vendor/unhealthyAfter', '0s', /at least 1s$/],
    ['vendor/keepReplies', '30s', /at least 1m$/],
    ['vendor/keepReplies', true, DURATION],
    ['vendor/limits', 10, OBJECT],
    ['vendor/limits/maxConcurrent', 2.5, /^a whole number/],
    ['vendor/limits/perSecond', 0, /^a number above 0$/],
    ['vendor/limits/perSecond', Number.NaN, /^a number above 0$/],
    ['vendor/limits/perMinute', '500', /^a number above 0$/],
    ['records/dedupeBy', 'email', /^a list of columns/],
    ['records/dedupeBy', ['email', 'email'], /each once$/],
    ['records/dedupeBy', [7], /^a list of columns/],
    ['vendor/limits/perHour', 0.5, /^a whole number from 1 to 1000000000$/],
    ['vendor/limits/perDay', 0, /^a whole number/],
    ['vendor/credits', 100_000, OBJECT],
    ['vendor/credits/cost', 1, OBJECT],
    ['vendor/credits/cost', { per: 'records', credits: 1 }, /^'call', 'record', 'match', 'change'$/],
    ['vendor/credits/cost', { per: 'call' }, /above 0/],
    ['vendor/credits/cost', { per: 'match', credits: () => 1 }, /^the most that one record can cost/],
    ['vendor/credits/cost', { per: 'match', credits: 1, most: 5 }, /^only where `credits` is a function$/],
    ['vendor/credits/cost', { per: 'call', credits: () => 1, most: 5 }, /^a number, where it is per 'call'$/],
    ['vendor/credits/cost', { per: 'match', credits: 1, minimum: -1 }, /^a number of credits, 0 or more/],
    ['vendor/credits/balance', { path: '/a', remaining: () => 1, perMinute: 0 }, /^a number above 0$/],
    ['vendor/credits/balance', { path: '/a', remaining: () => 1, asOf: 'asOf' }, FUNCTION],
    ['vendor/credits/balance', { path: '/a', remaining: () => 1, purchased: 20 }, FUNCTION],
    ['vendor/credits/freeRepeat', 30, /^a duration .*, at least 2m$/],
    ['vendor/credits/freeRepeat', '1m', /at least 2m$/],
    ['vendor/credits/freeRepeat', { select: false }, /at least 2m$/],
    ['vendor/credits/freeRepeat', { within: '30d', select: 'no' }, /^true or false$/],
    ['vendor/credits/pool', 'a b', /^letters, digits/],
    ['vendor/credits/cost', { per: 'call', credits: 0 }, /above 0/],
    ['vendor/credits/cost', { per: 'call', credits: 0.1234567 }, /above 0, with at most six decimals/],
    ['vendor/credits/charged', 1, FUNCTION],
    ['vendor/credits/remaining', 'x-credits', FUNCTION],
    ['vendor/credits/balance', () => 1, OBJECT],
    ['vendor/credits/balance', { path: 'v1/account', remaining: () => 1 }, /^a path that starts with/],
    ['vendor/credits/balance', { path: '/v1/account' }, FUNCTION],
    ['vendor/credits/balance', { remaining: () => 1 }, /^one of `path` \(asked with GET\) and `request`$/],
    ['vendor/credits/balance', { path: '/a', request: { path: '/b' }, remaining: () => 1 }, /^one of `path`/],
    ['vendor/credits/balance', { request: { method: 'HEAD', path: '/a' }, remaining: () => 1 }, /^'GET', 'POST'/],
    ['vendor/credits/balance', { request: { path: '/a', json: {}, body: 'x' }, remaining: () => 1 }, /^one of them$/],
    ['vendor/credits/balance', { path: '/a', statuses: [42], remaining: () => 1 }, /^a status from 100 to 599/],
    ['vendor/credits/balance', { path: '/a', baseUrl: '/b', remaining: () => 1 }, /^an absolute http\(s\) URL/],
    [
      'vendor/credits/balance',
      { path: '/a', headers: { 'X-Key': undefined }, remaining: () => 1 },
      /^text that is not/,
    ],
    ['vendor/outcomes', [{ message: 'credits', is: 'credits-exhausted' }], OBJECT],
    ['vendor/outcomes', [{ message: { contains: '' }, is: 'credits-exhausted' }], /^a part of the vendor's message/],
    ['vendor/auth', { type: 'query', params: { key: undefined } }, /^text/],
    ['vendor/credits/allotment', -1, CREDITS],
    ['vendor/credits/allotment', Number.NaN, CREDITS],
    ['vendor/credits/allotment', Number.POSITIVE_INFINITY, CREDITS],
    ['vendor/credits/allotment', 1e-7, CREDITS],
    ['vendor/credits/allotment', 1 / 3, CREDITS],
    ['vendor/credits/allotment', '100000', CREDITS],
    ['vendor/credits/cycle', 1, OBJECT],
    ['vendor/credits/cycle/anchorDay', 32, /^a whole number from 1 to 31$/],
    ['vendor/credits/cycle/days', 0, /^a whole number from 1 to 366$/],
    ['vendor/credits/cycle/from', '2026-02-30', /^a day, such as '2026-01-15'$/],
    ['vendor/credits/cycle/rollover', 1.5, /^a share from 0 to 1$/],
    ['vendor/credits/cycle/resetsAt', '2026-01-15', FUNCTION],
    ['vendor/credits/cycle/timeZone', '+02:00', /^an IANA time zone/],
    ['vendor/credits/cycle/timeZone', 'Mars/Olympus_Mons', /^an IANA time zone/],
    ['records', null, OBJECT],
    ['records/table', '', /^a table's name/],
    ['records/key', ['a', 'b'], COLUMN],
    ['records/refreshedAt', true, COLUMN],
    ['records/eligible', 'email is not null', /^an object of conditions/],
    ['records/update', {}, /^an object: at least one column/],
    ['records/update', ['title'], /^an object: at least one column/],
    ['records/update/title', 7, /^a function \(data, record\) => value, or a path/],
    ['records/update/title', 'job..title', /or a path into data/],
    ['records/update/id', 'id', /^columns other than the key/],
    ['records/keepChanges', 'yes', /^true or false$/],
    ['records/minAge', 30, DURATION],
    ['records/coolDown', 30, DURATION],
    ['records/coolDown/notFound', '30', DURATION],
    ['jobs', [], /^an object: job name to job$/],
    ['jobs/a', 'nightly', OBJECT],
    ['jobs/a/where', [], /^an object of conditions/],
    ['jobs/a/orderBy', { id: 'asc' }, /^a list, each one column/],
    ['jobs/a/orderBy', [], /^a list, each one column/],
    ['jobs/a/orderBy', 'gains', /^a list, each one column.*; or 'gain'$/],
    ['jobs/a/gain', { weight: 'value' }, /^`gain` beside `orderBy: 'gain'`$/],
    ['jobs/a/orderBy', 'gain', /^'gain' beside `records.refreshedAt`/],
    ['jobs/a/limit', 0, /^a whole number from 1/],
    ['jobs/a/budget', 'all', /^'remaining', or a number of credits/],
    ['jobs/a/budget', -1, CREDITS],
    ['jobs/a/reserve', -1, CREDITS],
    ['jobs/a/reserve', '500', /^a number of credits, 0 or more, a share from '0%' to '100%', 'auto', or/],
    ['jobs/a/reserve', 'automatic', /'auto'/],
    ['jobs/a/reserve', '101%', /^a share from '0%' to '100%'$/],
    ['jobs/a/reserve', '-1%', /^a share from '0%' to '100%'$/],
    ['jobs/a/reserve', '10%', /^a number of credits, where neither `vendor.credits.allotment` nor `.balance`/],
    ['jobs/a/reserve', 'auto', /^a number of credits, a share such as '10%', or 'auto' beside a job/],
    ['jobs/a/reserve/auto', false, /^true$/],
    ['jobs/a/reserve', { auto: true, confidence: 95 }, /^a number from 0.5 to 0.999$/],
    ['jobs/a/reserve', { auto: true, atLeast: -1 }, CREDITS],
    ['jobs/a/priority', 'high', /^a number$/],
    ['jobs/a/schedule', 12, /^{ beforeReset: '12h' }, a cron expression, or/],
    ['jobs/a/schedule', '12h', /^a cron expression/],
    ['jobs/a/schedule/beforeReset', 12, DURATION],
    ['jobs/a/schedule/beforeReset', 'automatic', DURATION],
    ['jobs/a/schedule', '0 0 31 2 *', /^a cron expression/],
    ['jobs/a/schedule', '0 25 * * *', /^a cron expression/],
    ['jobs/a/schedule/cron', '0 2 L *', /^a cron expression/],
    ['jobs/a/schedule', { cron: '0 2 L * *', timeZone: 'Nowhere' }, /^an IANA time zone/],
    ['jobs/a/stopBeforeReset', 5, DURATION],
    ['jobs/a/pace', 'slow', /^'fast', 'steady'$/],
    ['journalDir', '', /^the path of a folder$/],
    ['report', true, /^false, or an object$/],
    ['report/dir', '', /^the path of a folder$/],
    ['report/keep', 0, /^a whole number from 1 to 10000$/],
    ['report/pricePerCredit', 0.03, OBJECT],
    ['report/baseUrl', 'reports/', /^an absolute http\(s\) URL of a folder/],
    ['report/baseUrl', 'https://x.example/?token=1', /^an absolute http\(s\) URL of a folder/],
    ['lease', '1s', /at least 2s$/],
    ['keepItems', '30d', /at least 35d$/],
  ])('%s: %j', (path, value, allowed) => {
    const problem = problemOf(path, value)
    const parts = path.split('/')
    expect(problem?.allowed).toMatch(allowed)
    expect(problem?.path.startsWith(parts.join('.'))).toBe(true)
  })
})

describe('what is nested is named by its own path', () => {
  test.each<[string, unknown, string, string]>([
    ['records/eligible', { email: { not: undefined } }, 'records.eligible.email.not', 'nothing'],
    ['jobs/a/where', { OR: [{ n: 1 }, { n: Number.NaN }] }, 'jobs.a.where.OR[1].n', 'NaN'],
    ['jobs/a/where', { n: () => 1 }, 'jobs.a.where.n', 'a function'],
    ['jobs/month-end/orderBy', [{ id: 'up' }], 'jobs["month-end"].orderBy[0].id', '"up"'],
    ['jobs/a/orderBy', ['id'], 'jobs.a.orderBy[0]', '"id"'],
    ['jobs/a/orderBy', [{ id: 'asc', name: 'asc' }], 'jobs.a.orderBy[0]', 'an object'],
    ['jobs/a', { schedule: { beforeReset: 'auto' }, pace: 'steady' }, 'jobs.a.schedule.beforeReset', '"auto"'],
    ['jobs/--new', {}, 'jobs["--new"]', 'this name'],
    ['jobs/a/schedule', { beforeReset: '5m' }, 'jobs.a.schedule.beforeReset', '"5m"'],
    ['vendor/headers', { 'x api': 'k' }, 'vendor.headers["x api"]', 'this name'],
  ])('%s: %j', (path, value, where, found) => {
    expect(problemOf(path, value)).toMatchObject({ path: where, found })
  })
})

describe('a database that is not one of the two is told what is allowed, and nothing of the URL is shown', () => {
  test.each([
    ['mongodb://u:sesame@h/d', 'mongodb:…'],
    ['mysql://u:sesame@h', 'mysql:…'],
    ['mariadb://u:sesame@h/', 'mysql:…'],
    ['prisma+postgres://accelerate?api_key=sesame', 'prisma+postgres:…'],
    ['sqlite:./sesame.db', 'sqlite:…'],
    ['./sesame.db', '(hidden)'],
    ['file:./sesame.db?mode=ro', 'file:…'],
    ['file://sesame/x.db', 'file:…'],
    ['file::memory:', 'file:…'],
    ['file:', 'file:…'],
    ['file:./sesame/', 'file:…'],
    ['postgresql://u:ses/ame@h/d', 'postgresql:…'],
  ])('%s', (url, found) => {
    const problem = problemOf('database/url', url)
    expect(problem).toMatchObject({
      path: 'database.url',
      found,
      allowed: expect.stringContaining('postgresql://'),
    })
    expect(JSON.stringify(problem)).not.toMatch(/sesame|ses\/ame/)
  })
})

test('bulk alone is sound; neither single nor bulk is not', () => {
  const bulk = { maxRecords: 10, request: () => ({}), results: () => [] }
  const neither = withValue(soundConfig(), ['vendor', 'single'], undefined)
  expect(resolveConfig(withValue(neither, ['vendor', 'bulk'], bulk))).toHaveProperty('config')
  expect(problemsOf(neither)).toEqual([
    {
      path: 'vendor.single',
      found: 'nothing',
      allowed: 'an object',
      hint: expect.stringContaining('or many in one call (`bulk`)'),
    },
  ])
})

test('minAge needs the column that says how old a record is', () => {
  expect(problemsOf(withValue(soundConfig(), ['records', 'minAge'], '30d'))).toEqual([
    { path: 'records.minAge', found: 'no `refreshedAt`', allowed: expect.stringContaining('beside `refreshedAt`') },
  ])
})

describe('an order by gain', () => {
  const job = (gain: unknown, orderBy: unknown = 'gain') => ({ orderBy, gain })
  const withJobs = (jobs: unknown) => {
    const dated = withValue(soundConfig(), ['records', 'refreshedAt'], 'refreshed_at')
    return withValue(dated, ['jobs'], jobs)
  }

  test.each<[unknown, string, RegExp]>([
    [{ groups: 'seniority' }, 'jobs.a.gain.groups', /^a list of columns, such as/],
    [{ groups: ['a', 'a'] }, 'jobs.a.gain.groups', /each once$/],
    [{ columns: ['email'] }, 'jobs.a.gain.columns[0]', /^a column that `records.update` writes$/],
    [{ weight: 7 }, 'jobs.a.gain.weight', /^a numeric column's name, or a list/],
    [{ weight: [{ where: { tier: 'A' } }] }, 'jobs.a.gain.weight[0].is', /^a number from 0 to 1,000,000$/],
    [{ weight: [{ where: 7, is: -1 }] }, 'jobs.a.gain.weight[0].where', /^an object of conditions/],
    [{ wieght: 'value' }, 'jobs.a.gain.wieght', /weight/],
  ])('%j', (gain, path, allowed) => {
    const problem = problemsOf(withJobs({ a: job(gain) })).find((each) => each.path === path)
    expect(problem?.allowed).toMatch(allowed)
  })

  test('is sound with nothing else, and with all of it', () => {
    expect(resolveConfig(withJobs({ a: { orderBy: 'gain' } }))).toHaveProperty('config')
    const gain = { groups: ['seniority'], columns: ['title'], weight: [{ where: { tier: 'A' }, is: 5 }] }
    expect(resolveConfig(withJobs({ a: job(gain), b: {} }))).toHaveProperty('config')
  })

  test('what counts as a change is the same for all jobs', () => {
    const problems = problemsOf(withJobs({ a: job({ columns: ['title'] }), b: { orderBy: 'gain' } }))
    expect(problems).toMatchObject([
      { path: 'jobs.b.gain.columns', allowed: expect.stringContaining('jobs["a"].gain') },
    ])
  })
})

describe('what is exported but is no config', () => {
  test.each([
    [undefined, 'nothing', 'The file has no default export.'],
    [() => soundConfig(), 'a function', 'Export what the function returns.'],
    [Promise.resolve(soundConfig()), 'a promise', 'Await it: `export default await …`.'],
    [[soundConfig()], 'a list', undefined],
    [null, 'null', undefined],
    ['config', '"config"', undefined],
  ])('%s', (raw, found, hint) => {
    expect(problemsOf(raw)).toEqual([
      {
        path: 'default export',
        found,
        allowed: expect.stringMatching(/^a plain object/),
        ...(hint ? { hint } : {}),
      },
    ])
  })

  test('an empty object is told every section it lacks', () => {
    expect(problemsOf({}).map((problem) => problem.path)).toEqual(['database', 'vendor', 'records'])
  })
})
