import { dayOf, nextMonth } from './dates.ts'
import type { AccountSaid, Amount, Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { Refusal, rounded, usedOf, usual } from './dialect.ts'

/** What an enrichment costs on a plan of two buckets, where it costs 1 (0.2 credits) on one of today's. */
const LEGACY = 5

/**
 * https://hunter.io/api-documentation/v2 (a copy of it in a public repository), read in November 2026. `wrong_params`
 * stands there; `authentication_failed`, `too_many_requests` (github.com/bhavsec/reconspider/issues/59) and
 * `claimed_email` were seen in public clients; the other ids are in doubt.
 */
const errors: Record<number, readonly [id: string, details: string]> = {
  400: ['wrong_params', 'You are missing the email or linkedin_handle parameter'],
  401: ['authentication_failed', 'No user found for the API key supplied'],
  403: ['rate_limit_reached', 'You have reached the rate limit'],
  404: ['not_found', 'This person does not exist in our database'],
  422: ['unprocessable_entity', 'The request is valid but could not be processed'],
  429: [
    'too_many_requests',
    "You've reached the limit for the number of searches per billing period included in your plan.",
  ],
  451: ['claimed_email', 'The person who owns this email asked us to stop processing their personal data'],
}

/**
 * Hunter, https://hunter.io/api-documentation/v2 and what the vendor publishes for its assistants (hunter-io/cursor-plugin:
 * prices and balances), read in November 2026. In doubt: whether an enrichment that brings no name and no position is
 * charged ("a billed success can return only the email" says the plugin; it is charged here), and whether a repeat in the
 * period is free, which the help centre says of Email Finder, Verifier and Domain Search and not of enrichment
 * (help.hunter.io/en/articles/1911617): `freeRepeatMs` would make it so.
 */
export const hunterDialect: Dialect = {
  behaviour: {
    ...usual,
    // Where both are there, the handle goes before the address: …#email-enrichment.
    keyNames: ['linkedin_handle', 'email'],
    // 0.2 of a credit on plans of today, a miss is free: hunter-io/cursor-plugin, hunter-person-enrichment.
    cost: { per: 'match', credits: 0.2 },
    // Out of quota, and no matter of speed: …#errors.
    outOfCredits: { status: 429, body: errorBody(429) },
  },
  variants: {
    'legacy-plan': 'searches and verifications apart, no common credits; an enrichment is one search',
    'no-remaining': 'requests.credits is without remaining, as in the example of the reference',
    'pack-partly-used':
      'as much as `purchased` still holds was spent of it before: available − used is too low by that',
  },
  routes: [
    { method: 'GET', path: '/v2/people/find', does: 'single', asked },
    {
      method: 'GET',
      path: '/v2/account',
      does: 'account',
      tells: (account) => ({ data: { ...whoseOf(account), ...requestsOf(account) } }),
    },
    {
      method: 'GET',
      path: '/v2/usage',
      does: 'account',
      tells: (account) => ({ data: { reset_date: resetOf(account), ...requestsOf(account) } }),
    },
  ],
  // Three ways: …#authentication.
  apiKey: (header, query) =>
    query.get('api_key') ?? header('x-api-key') ?? /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1],
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  error: ({ status }) => errorBody(status),
  // Too fast is a 403: …#errors.
  statuses: { too_many_requests: 403, error429: 403 },
}

function asked({ query }: DialectRequest, { keyNames, variants, cost }: DialectBehaviour): Asked {
  const key = keyNames.map((name) => query.get(name)).find((value) => value)
  if (!key) throw new Refusal(400, errorBody(400))
  return { keys: [key], credits: rounded(cost.credits * (variants.includes('legacy-plan') ? LEGACY : 1)) }
}

function bodyOf({ status, person }: Result): object {
  if (status !== 200) return errorBody(status)
  if (person === undefined) return { data: {}, meta: {} }
  const [givenName, ...rest] = person.full_name.split(' ')
  const data = {
    id: `hunter-${person.key}`,
    name: { fullName: person.full_name, givenName, familyName: rest.join(' ') },
    email: person.key,
    location: person.location_locality,
    geo: { city: person.location_locality, countryCode: person.location_country },
    employment: { name: person.job_company_name, title: person.job_title },
    fuzzy: false,
    phone: null,
  }
  return { data, meta: { email: person.key } }
}

function whoseOf(account: AccountSaid): object {
  return {
    first_name: 'Ada',
    last_name: 'Kaya',
    plan_name: 'Growth',
    plan_level: 2,
    reset_date: resetOf(account),
    team_id: 1,
  }
}

function resetOf({ resetAt, atMs }: AccountSaid): string {
  return dayOf(resetAt ?? nextMonth(atMs))
}

/**
 * …#account and …#usage. `available` is what the plan and what is left of packs hold, `used` counts what packs gave, too:
 * with a pack that is partly spent the difference is too low, and `remaining` is what to read (hunter-io/cursor-plugin).
 */
function requestsOf(account: AccountSaid): object {
  const { remaining, allotment, purchased, variants } = account
  const ofPack = variants.includes('pack-partly-used') ? purchased : 0
  const spent = usedOf(account)
  const used = typeof spent === 'number' ? rounded(spent + ofPack) : spent
  const available = allotment + purchased
  const verifications = { used: 0, available: 2 * available, remaining: 2 * available }
  if (variants.includes('legacy-plan')) return { requests: { searches: { used, available, remaining }, verifications } }
  const credits = variants.includes('no-remaining') ? { used, available } : { used, available, remaining }
  // The counts of before are still there, whole, and in units of their own.
  const searches = { used: whole(used), available }
  return { requests: { credits, searches, verifications }, calls: { used: whole(used), available } }
}

function whole(amount: Amount): Amount {
  return typeof amount === 'number' ? Math.floor(amount) : amount
}

function errorBody(code: number): object {
  const [id, details] = errors[code] ?? ['error', 'Something went wrong']
  return { errors: [{ id, code, details }] }
}
