import { isObject } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import { hash32 } from '../lookups/random.ts'
import { dayOf, nextMonth } from './dates.ts'
import type { AccountSaid, Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { Refusal, usedOf, usual } from './dialect.ts'

const MATCH = 'api/v1/people/match'
const BULK_MATCH = 'api/v1/people/bulk_match'
const PROFILE = 'api/v1/users/api_profile'
const USAGE = 'api/v1/usage_stats/credit_usage_stats'

/** What identifies a person alone, best first: https://docs.apollo.io/reference/people-enrichment, read in November 2026. */
const KEY_NAMES = ['id', 'email', 'hashed_email', 'linkedin_url', 'name']
/** What identifies one together. */
const PARTS = ['first_name', 'last_name', 'domain', 'organization_name']

/** As public clients that keep whole replies have it, August to October 2026; the documents say nothing of it. */
const NO_CREDITS = 'You have insufficient credits! Upgrade your plan to increase your number of lead credits.'

/**
 * Apollo, https://docs.apollo.io/reference and its OpenAPI file (github.com/api-evangelist/apollo-io), read in November
 * 2026. Not spoken: waterfall enrichment, whose replies lack `credits_consumed`, and the results of phone numbers, which
 * come later by webhook. In doubt is which field of the profile holds the balance: the document's example agrees with
 * `num_credits_remaining`, and replies of real accounts were seen in which either that or the unified count stood still.
 * The team's `left_over` was never seen to be wrong.
 */
export const apolloDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: KEY_NAMES,
    maxBulkRecords: 10,
    bulkBadItems: 'whole',
    // A credit where demographics or an email are found, none for a miss: …/bulk-people-enrichment.
    cost: { per: 'match', credits: 1 },
    // The status of an ordinary failed validation, too.
    outOfCredits: { status: 422, body: { error: NO_CREDITS } },
    // …/rate-limits: a 429 says in how many seconds the window ends.
    retryAfter: 'seconds',
  },
  variants: {
    'old-credits-error': 'out of credits is said in words alone',
    'key-without-match': `the key may not call ${MATCH}`,
    'key-without-bulk-match': `the key may not call ${BULK_MATCH}`,
    'key-without-profile': `the key may not call ${PROFILE}`,
    'key-without-usage': `the key may not call ${USAGE}`,
    'stale-remaining': 'num_credits_remaining stands still at 0, the unified count moves: seen in August 2026',
    'stale-used': 'the counts of credits used stand still at 0, num_credits_remaining moves: seen in August 2026',
  },
  routes: [
    { method: 'POST', path: `/${MATCH}`, does: 'single', asked: matched },
    { method: 'POST', path: `/${BULK_MATCH}`, does: 'bulk', asked: matchedInBulk },
    { method: 'GET', path: `/${PROFILE}`, does: 'account', tells: profileOf },
    { method: 'POST', path: `/${USAGE}`, does: 'account', tells: usageOf },
  ],
  apiKey: (header) => header('x-api-key'),
  single: (result) => ({ status: 200, body: { person: matchOf(result), request_id: requestId([result]) } }),
  bulk: (results, { charged }) => ({
    status: 'success',
    error_code: null,
    error_message: null,
    total_requested_enrichments: results.length,
    // Of those who consumed credits, which the simulated vendor takes for all that it knows.
    unique_enriched_records: new Set(results.flatMap(({ person }) => person?.key ?? [])).size,
    missing_records: results.filter(({ status }) => status !== 200).length,
    credits_consumed: charged,
    matches: results.map(matchOf),
    request_id: requestId(results),
  }),
  outOfCredits: exhausted,
  limitHeaders,
  error: errorBody,
  // Asked with GET, …/usage_stats/credit_usage_stats was seen to be a 404.
  statuses: { method_not_allowed: 404 },
}

function matched({ query, body }: DialectRequest, { variants }: DialectBehaviour): Asked {
  allow(variants, 'key-without-match', MATCH)
  const params = { ...Object.fromEntries(query), ...(isObject(body) ? body : {}) }
  return known([params])
}

/** …/bulk-people-enrichment: the options are in the query, the people in the body. */
function matchedInBulk({ body }: DialectRequest, { variants, maxBulkRecords }: DialectBehaviour): Asked {
  allow(variants, 'key-without-bulk-match', BULK_MATCH)
  const details = isObject(body) && Array.isArray(body.details) ? body.details : []
  if (details.length === 0) throw new Refusal(400, failed('INVALID_REQUEST', 'invalid request, missing details'))
  if (details.length > maxBulkRecords) {
    throw new Refusal(
      400,
      failed('RECORD_LIMIT_EXCEEDED', `cannot enrich more than ${maxBulkRecords} in a single request`),
    )
  }
  return known(details)
}

/** Too little to go by is no error: it matches nobody. */
function known(people: readonly unknown[]): Asked {
  const keys = people.map(keyOf)
  return { keys, fixed: keys.map((key) => (key === '' ? 404 : undefined)) }
}

function keyOf(person: unknown): string {
  if (!isObject(person)) return ''
  const texts = (names: readonly string[]) => names.map((name) => person[name]).filter((text) => text && text !== '')
  const alone = texts(KEY_NAMES)[0]
  return String(alone ?? texts(PARTS).join(' '))
}

/** Keys are made for some endpoints: …/authentication, and the 403 of each. */
function allow(variants: readonly string[], without: string, endpoint: string): void {
  if (!variants.includes(without)) return
  const error = `This API key is not authorized to access ${endpoint}.`
  throw new Refusal(403, { error, error_code: 'API_INACCESSIBLE' })
}

/** A miss is null, in its place. */
function matchOf({ status, person }: Result): object | null {
  if (status !== 200) return null
  if (person === undefined) return {}
  const [first_name, ...rest] = person.full_name.split(' ')
  return {
    id: `apollo-${person.key}`,
    first_name,
    last_name: rest.join(' '),
    name: person.full_name,
    title: person.job_title,
    email: `${hash32(person.key, 0)}@example.com`,
    email_status: 'verified',
    city: person.location_locality,
    country: person.location_country,
    employment_history: [{ current: true, organization_name: person.job_company_name, title: person.job_title }],
    organization: { name: person.job_company_name, industry: person.job_company_industry },
  }
}

/** A signed 64-bit number, often negative, and always more than a double can hold: …/bulk-people-enrichment. */
function requestId(results: readonly Result[]): bigint {
  const bits = hash32(results.map(({ person }) => person?.key ?? '').join('\n'), 7)
  const size = (1n << 60n) + BigInt(bits) * 2n + 1n
  return bits % 2 === 0 ? size : -size
}

/** …/get-current-user-profile: without the parameter there is not a word of credits. */
function profileOf(account: AccountSaid, query: URLSearchParams): object {
  const { remaining, allotment, purchased, variants } = account
  allow(variants, 'key-without-profile', PROFILE)
  const who = {
    id: '66c8db577ed7f201b25c0eef',
    team_id: '6095a710bd01d100a506d4ac',
    first_name: 'Ada',
    last_name: 'Kaya',
  }
  if (query.get('include_credit_usage') !== 'true') return who
  const used = variants.includes('stale-used') ? 0 : usedOf(account)
  return {
    ...who,
    num_credits_remaining: variants.includes('stale-remaining') ? 0 : remaining,
    effective_num_lead_credits: allotment + purchased,
    num_lead_credits_used: variants.includes('stale-remaining') ? 0 : used,
    effective_num_direct_dial_credits: 1_000,
    num_direct_dial_credits_used: 0,
    total_unified_credits_used: used,
  }
}

/** …/view-credit-usage-stats, of the team. */
function usageOf(account: AccountSaid): object {
  const { remaining, allotment, purchased, variants, resetAt, atMs } = account
  allow(variants, 'key-without-usage', USAGE)
  const other = { limit: 1_000, consumed: 0, left_over: 1_000 }
  return {
    credit_usage_stats: {
      lead_credit: { limit: allotment + purchased, consumed: usedOf(account), left_over: remaining },
      direct_dial_credit: other,
      export_credit: other,
    },
    current_credit_cycle: {
      start_date: new Date(atMs).toISOString(),
      end_date: new Date(resetAt ?? nextMonth(atMs)).toISOString(),
    },
  }
}

/** The code is what tells it from any other 422. */
function exhausted({ remaining, variants, resetAt, atMs }: AccountSaid): object {
  if (variants.includes('old-credits-error')) return { error: NO_CREDITS }
  const value = (what: unknown) => ({ value: what })
  return {
    error: `${NO_CREDITS} <a href="#">Upgrade</a>`,
    error_details: {
      code: 'BILLING.LIMIT.CREDITS_EXHAUSTED',
      message: 'Your team has used all of its credits for this billing cycle.',
      context: {
        credit_type: value('lead credits'),
        credit_balance: value(remaining),
        next_billing_date: value(dayOf(resetAt ?? nextMonth(atMs))),
      },
    },
  }
}

/** …/rate-limits: three windows at once; one without a limit has an empty header. 401 and 403 tell nothing. */
function limitHeaders(limits: readonly SlidingLimit[], nowAt: number): string[] {
  const minute = limits.find(({ windowMs }) => windowMs === 60_000)
  const none = ['x-rate-limit-hourly', '', 'x-rate-limit-24-hour', '']
  if (minute === undefined) return ['x-rate-limit-minute', '', ...none]
  const { remaining } = minute.room(nowAt)
  const told = { limit: String(minute.limit), usage: String(minute.limit - remaining), left: String(remaining) }
  return [
    ...['x-rate-limit-minute', told.limit, 'x-minute-usage', told.usage, 'x-minute-requests-left', told.left],
    ...none,
  ]
}

/** …/status-codes. A wrong key is answered in plain text, and a 429 has `message` where others have `error`. */
function errorBody({ status, message }: { status: number; message: string }): unknown {
  if (status === 401) return 'Invalid API key.'
  if (status === 429) return { message: 'The maximum number of api calls allowed for this endpoint is reached.' }
  if (status === 400) return failed('INVALID_REQUEST', message)
  if (status === 422) return failed('UNKNOWN_ERROR', 'no implicit conversion of Symbol into Integer')
  return { error: message }
}

function failed(error_code: string, error_message: string): object {
  return { status: 'failed', error_code, error_message }
}
