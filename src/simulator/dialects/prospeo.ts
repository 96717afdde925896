import { isObject } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import { hash32 } from '../lookups/random.ts'
import { nextMonth } from './dates.ts'
import type { AccountSaid, Asked, Dialect, DialectBehaviour, DialectRequest, HeaderOf, Result } from './dialect.ts'
import { Refusal, rounded, usedOf, usual } from './dialect.ts'

/** With a mobile number, the e-mail included, where one without costs 1: prospeo.io/api-docs/enrich-person. */
const WITH_MOBILE = 10
const DAY_MS = 24 * 3_600_000

/** What identifies a person alone, best first; the order is ours. */
const KEY_NAMES = ['person_id', 'linkedin_url', 'email']
const COMPANY = ['company_website', 'company_name', 'company_linkedin_url']

/** Codes of the documents and of the vendor's own client (prospeo-v2/prospeo-mcp-server, April 2026). */
const codes: Record<number, string> = {
  400: 'INVALID_REQUEST',
  401: 'INVALID_API_KEY',
  404: 'NO_MATCH',
  422: 'INVALID_DATAPOINTS',
  429: 'RATE_LIMITED',
  451: 'NO_MATCH',
}

/**
 * Prospeo's API of March 2026: prospeo.io/api-docs, read in November 2026 in the vendor's other copy
 * (prospeostaging.net/api-docs), and help.prospeo.io. Not spoken: the paths before it (/email-finder …). In doubt: whether
 * the account is asked with GET (the newer page, the vendor's client) or POST (`account-by-post`); whether a repeat is free
 * for ever (the documents) or for 90 days (a public client, September 2026: `freeRepeatMs`), and for a mobile number that
 * was not asked for the first time (it is, here); how a call of more records than a second allows is counted (it is let in
 * when the window is empty, here); whether 25 or 50 is the most in bulk (`maxBulkRecords`); whether a wrong key may be a 400;
 * and the status of ACCOUNT_RESTRICTED.
 */
export const prospeoDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: KEY_NAMES,
    // …/bulk-enrich-person
    maxBulkRecords: 50,
    // A credit a match, and nothing for no match.
    cost: { per: 'match', credits: 1 },
    // Of every error's status but of a wrong key's and a limit's: …/authentication.
    outOfCredits: { status: 400, body: failed('INSUFFICIENT_CREDITS') },
    retryAfter: 'seconds',
  },
  variants: {
    'account-by-post': 'the account is asked with POST, and not with GET',
    'account-restricted': 'the account is restricted',
    'no-mobiles': 'no mobile numbers are found',
    'unverified-emails': 'the e-mails that are found are not verified',
    'not-matched-objects': 'not_matched has objects with identifier and no texts, as one client has seen',
    'bulk-no-match-400': 'a bulk call in which nothing matches is a 400 NO_MATCH, as one client expects',
  },
  routes: [
    { method: 'POST', path: '/enrich-person', does: 'single', asked },
    { method: 'POST', path: '/bulk-enrich-person', does: 'bulk', asked: askedInBulk },
    { method: 'GET', path: '/account-information', does: 'account', tells: (account) => accountOf(account, 'GET') },
    { method: 'POST', path: '/account-information', does: 'account', tells: (account) => accountOf(account, 'POST') },
  ],
  // help.prospeo.io/en/article/api-rate-limits-19vqf50: bulk uses a request of the limits for each record.
  limitsCount: 'records',
  apiKey: (header) => header('x-key'),
  accepts,
  single: (result) =>
    result.status === 200
      ? { status: 200, body: { error: false, free_enrichment: result.billed === false, ...matchOf(result) } }
      : { status: 400, body: failed(codes[result.status] ?? 'INVALID_REQUEST') },
  bulk: (results, { charged, variants }) => {
    const found = results.filter(({ status }) => status === 200)
    if (found.length === 0 && variants.includes('bulk-no-match-400')) return new Refusal(400, failed('NO_MATCH'))
    const namesOf = (some: readonly Result[]) => some.map(({ reference }) => (reference as Reference).identifier)
    const missed = namesOf(results.filter(({ status }) => codes[status] === 'NO_MATCH'))
    return {
      error: false,
      total_cost: charged,
      matched: found.map((result) => ({ identifier: (result.reference as Reference).identifier, ...matchOf(result) })),
      not_matched: variants.includes('not-matched-objects') ? missed.map((identifier) => ({ identifier })) : missed,
      invalid_datapoints: namesOf(results.filter(({ status }) => status === 400 || status === 422)),
    }
  },
  limitHeaders,
  // INTERNAL_ERROR is a 400, too, and passes.
  error: ({ status, code }) =>
    failed(code.startsWith('error50') ? 'INTERNAL_ERROR' : (codes[status] ?? 'INTERNAL_ERROR')),
  statuses: { error500: 400, badRequest: 400, unprocessable: 400, legalBlock: 400 },
}

function accepts(header: HeaderOf, variants: readonly string[]): void {
  const type = header('content-type')
  if (type !== undefined && !type.includes('application/json')) throw new Refusal(400, failed('INVALID_REQUEST'))
  if (variants.includes('account-restricted')) throw new Refusal(400, failed('ACCOUNT_RESTRICTED'))
}

type Reference = { identifier: string | undefined; personId: string; hasMobile: boolean; isVerified: boolean }

function asked({ body }: DialectRequest, behaviour: DialectBehaviour): Asked {
  const data = isObject(body) ? body.data : undefined
  if (!isObject(data)) throw new Refusal(400, failed('INVALID_REQUEST'))
  if (keyOf(data) === '') throw new Refusal(400, failed('INVALID_DATAPOINTS'))
  return askedOf([data], body, behaviour)
}

function askedInBulk({ body }: DialectRequest, behaviour: DialectBehaviour): Asked {
  const list = isObject(body) && Array.isArray(body.data) ? body.data : []
  const hasName = (data: unknown) => isObject(data) && typeof data.identifier === 'string' && data.identifier !== ''
  const isGood = list.length > 0 && list.length <= behaviour.maxBulkRecords && list.every(hasName)
  if (!isGood) throw new Refusal(400, failed('INVALID_REQUEST'))
  return askedOf(list, body, behaviour)
}

function askedOf(list: readonly Record<string, unknown>[], body: unknown, { variants, cost }: DialectBehaviour): Asked {
  const wants = isObject(body) ? body : {}
  const wantsMobile = wants.enrich_mobile === true || wants.only_verified_mobile === true
  const [hasMobile, isVerified] = [!variants.includes('no-mobiles'), !variants.includes('unverified-emails')]
  const isUnmet =
    (wants.only_verified_email === true && !isVerified) || (wants.only_verified_mobile === true && !hasMobile)
  const keys = list.map(keyOf)
  return {
    keys,
    references: list.map((data, i): Reference => {
      const identifier = typeof data.identifier === 'string' ? data.identifier : undefined
      return { identifier, personId: idOf(keys[i] as string), hasMobile: wantsMobile && hasMobile, isVerified }
    }),
    credits: rounded(cost.credits * (wantsMobile && hasMobile ? WITH_MOBILE : 1)),
    free: 'charged before',
    fixed: keys.map((key) => (key === '' ? 400 : isUnmet ? 404 : undefined)),
  }
}

function keyOf(data: Record<string, unknown>): string {
  const alone = KEY_NAMES.map((name) => data[name]).find((value) => value)
  if (alone) return String(alone)
  const company = COMPANY.map((name) => data[name]).find((value) => value)
  const name = data.full_name || (data.first_name && data.last_name ? `${data.first_name} ${data.last_name}` : '')
  return name && company ? `${name} ${company}` : ''
}

/** The vendor's own id of a person: 24 hexadecimal digits. */
function idOf(key: string): string {
  if (/^[0-9a-f]{24}$/.test(key)) return key
  return [1, 2, 3].map((seed) => hash32(key, seed).toString(16).padStart(8, '0')).join('')
}

/** What is not `revealed` is masked, and no value. */
function matchOf({ person, reference }: Result): object {
  const { personId: person_id, hasMobile, isVerified } = reference as Reference
  if (person === undefined) return { person: { person_id }, company: null }
  const number = hash32(person.key, 0)
  const [first_name, ...rest] = person.full_name.split(' ')
  const email = { status: isVerified ? 'VERIFIED' : 'UNVERIFIED', revealed: true, email: `${number}@example.com` }
  const mobile = hasMobile
    ? { status: 'VERIFIED', revealed: true, mobile: `+1555${number}` }
    : { status: 'UNAVAILABLE', revealed: false, mobile: '+1 555 0**' }
  const names = { person_id, first_name, last_name: rest.join(' '), full_name: person.full_name }
  const job_history = [{ title: person.job_title, company_name: person.job_company_name, current: true }]
  return {
    person: { ...names, current_job_title: person.job_title, email, mobile, job_history },
    company: { name: person.job_company_name, industry: person.job_company_industry },
  }
}

/** The date has a space where others have a T: …/account-information. */
function accountOf(account: AccountSaid, method: 'GET' | 'POST'): object {
  const { remaining, resetAt, atMs, variants } = account
  if ((method === 'POST') !== variants.includes('account-by-post')) throw new Refusal(405, failed('INVALID_REQUEST'))
  const renewsAt = resetAt ?? nextMonth(atMs)
  const response = {
    current_plan: 'STARTER',
    current_team_members: 1,
    remaining_credits: remaining,
    used_credits: usedOf(account),
    next_quota_renewal_days: Math.ceil((renewsAt - atMs) / DAY_MS),
    next_quota_renewal_date: `${new Date(renewsAt).toISOString().slice(0, 19).replace('T', ' ')}+00:00`,
  }
  return { error: false, response }
}

/** …/rate-limits: of a day, whose limit is invented and not enforced here, of a minute and of a second. */
function limitHeaders(limits: readonly SlidingLimit[], nowAt: number): string[] {
  return limits.flatMap((limit) => {
    const { remaining, freesInMs } = limit.room(nowAt)
    const resetSeconds = String(Math.ceil(freesInMs / 1_000))
    if (limit.windowMs === 1_000) return ['x-second-rate-limit', String(limit.limit)]
    const minute = ['x-minute-rate-limit', String(limit.limit), 'x-minute-request-left', String(remaining)]
    const daily = ['x-daily-rate-limit', '2000', 'x-daily-request-left', '1999', 'x-daily-reset-seconds', '86400']
    const ietf = [
      'ratelimit-policy',
      `${limit.limit};w=60`,
      'ratelimit',
      `limit=${limit.limit}, remaining=${remaining}`,
    ]
    return [...minute, 'x-minute-reset-seconds', resetSeconds, ...daily, ...ietf]
  })
}

function failed(error_code: string): object {
  return { error: true, error_code }
}
