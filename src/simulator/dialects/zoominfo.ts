import { isObject } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import { hash32 } from '../lookups/random.ts'
import type { AccountSaid, Asked, Dialect, DialectBehaviour, DialectRequest, HeaderOf, Result } from './dialect.ts'
import { Refusal, usedOf, usual } from './dialect.ts'
import { keyOfToken, tokenFor } from './zoominfo-token.ts'

const JSON_API = 'application/vnd.api+json'
const YEAR_MS = 365 * 24 * 3_600_000

/** When the simulated vendor says that it last saw anybody. */
const LAST_UPDATED = '2026-04-23T18:13:00Z'

/** What identifies a person alone, of the OpenAPI file's `matchPersonInput`, best first; the order is ours. */
const KEY_NAMES = ['personId', 'emailAddress', 'hashedEmail', 'externalURL', 'phone']
const PARTS = ['fullName', 'firstName', 'lastName', 'companyId', 'companyName', 'jobTitle']

/** Output fields that not every contract has, and what the simulated vendor knows beside them. */
const PHONES = ['phone', 'directPhone', 'mobilePhone']
const KNOWN = ['id', 'firstName', 'lastName', 'email', 'jobTitle', 'companyId', 'companyName', 'lastUpdatedDate']

/** https://docs.zoominfo.com/docs/status-codes-and-errors, read in November 2026. */
const gatewayErrors: Record<number, readonly [code: string, message: string]> = {
  401: ['ZI0001', 'Your session has expired. Please provide a valid token and try again.'],
  403: ['ZI0003', 'You do not have access to this endpoint.'],
  404: ['ZI9998', 'The requested resource does not exist.'],
  405: ['ZI9998', 'The requested resource does not exist.'],
  429: ['ZI0004', 'You have exceeded the rate limit for this resource. Please try again later.'],
}
const RETRYABLE = [401, 429]

/**
 * ZoomInfo's GTM Data API: its OpenAPI file (zoominfo-gtm-data-v1 in github.com/api-evangelist/zoominfo), the vendor's own
 * n8n node (github.com/Zoominfo/n8n-nodes-zoominfo) and docs.zoominfo.com, read in November 2026. Not spoken: the legacy
 * Enterprise API, whose tokens come from POST /authenticate. In doubt: the shape of 400 and 5xx (the OpenAPI file has
 * `errors`, the page of status codes shows `error` for all; `one-error-shape`); the item of LIMIT_EXCEEDED, of which no
 * example was found; whether a match of the company alone is charged (it is, here); that a request without the media type
 * is a 406, which one public client reports of `Accept: application/json`.
 */
export const zoominfoDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: KEY_NAMES,
    // OpenAPI file: 1 to 25.
    maxBulkRecords: 25,
    bulkBadItems: 'item',
    // A bulk credit for each record that is new to the account, and free for 12 months: …/credit-usage-and-limits.
    cost: { per: 'match', credits: 1 },
    freeRepeatMs: YEAR_MS,
    outOfCredits: { status: 400, body: platformError(400, 'PFAPI0011', 'Credit Limit Reached', []) },
    // …/rate-limits; it may be thousands of seconds.
    retryAfter: 'seconds',
  },
  variants: {
    'limit-exceeded-items': 'an administrator’s cap is reached: what matches is an item LIMIT_EXCEEDED in a 200',
    'not-entitled': 'the contract has no access to the API: a 403 ZI0003, which is no lack of credits',
    'one-error-shape': 'every error has the gateway’s shape, as the page of status codes shows it',
    'hour-used-up': 'the requests of the hour are used up: a 429 that says thousands of seconds',
    'token-1000-seconds': 'tokens live for 1,000 seconds',
    'token-24-hours': 'tokens live for 24 hours',
    'app-without-grant': 'the app may not have tokens by client credentials',
    'app-without-scope': 'the app lacks api:data:contact',
    'contract-without-phones': 'to ask for phones is a 400 for the whole call',
    'merged-ids': 'data.id is another than the id that was asked for',
    'short-limit-types': 'limitType is spelt request, record and uniqueID, as the OpenAPI file describes it',
  },
  routes: [
    { method: 'POST', path: '/gtm/data/v1/contacts/enrich', does: 'bulk', asked },
    { method: 'GET', path: '/gtm/data/v1/users/usage', does: 'account', tells: usageOf },
    { method: 'POST', path: '/gtm/oauth/v1/token', does: 'token', grants: tokenFor },
  ],
  apiKey: (header, _, nowAt) => keyOfToken(header('authorization'), nowAt),
  jsonType: JSON_API,
  accepts,
  single: ({ status }) => ({ status, body: errorBody({ status, message: 'There are only calls for many.' }) }),
  // The order is not promised, so it is another here.
  bulk: (results, { variants }) => ({ data: results.map((result) => itemOf(result, variants)).reverse() }),
  outOfCredits: ({ variants }) => platformError(400, 'PFAPI0011', 'Credit Limit Reached', variants),
  limitHeaders,
  error: errorBody,
  // …/status-codes-and-errors: a wrong verb is as a wrong path.
  statuses: { method_not_allowed: 404 },
}

function accepts(header: HeaderOf, variants: readonly string[]): void {
  if (!header('accept')?.includes(JSON_API)) throw new Refusal(406, gatewayError(406))
  const type = header('content-type')
  if (type !== undefined && !type.includes(JSON_API)) throw new Refusal(415, gatewayError(415))
  if (variants.includes('not-entitled')) throw new Refusal(403, gatewayError(403))
  if (variants.includes('app-without-scope')) {
    const message = "This application does not have the required scope to access the requested resource 'contacts'."
    throw new Refusal(403, { error: { ...gatewayError(403).error, code: 'ZI0002', message } })
  }
}

function asked({ body }: DialectRequest, { variants, maxBulkRecords }: DialectBehaviour): Asked {
  if (variants.includes('hour-used-up')) throw hourUsedUp()
  const bad = (code: string, title: string) => new Refusal(400, platformError(400, code, title, variants))
  const data = isObject(body) && isObject(body.data) && isObject(body.data.attributes) ? body.data.attributes : {}
  const { matchPersonInput: inputs, outputFields, requiredFields } = data
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw bad('PFAPI0002', 'Required request parameters are missing: matchPersonInput')
  }
  if (!Array.isArray(outputFields) || outputFields.length === 0) {
    throw bad('PFAPI0002', 'Required request parameters are missing: outputFields')
  }
  if (inputs.length > maxBulkRecords) throw bad('PFAPI0006', "Input parameter 'matchPersonInput' is invalid")
  if (variants.includes('contract-without-phones') && outputFields.some((field) => PHONES.includes(field))) {
    throw bad('PFAPI0009', 'OutputFields invalid or disallowed')
  }
  const lacks = Array.isArray(requiredFields) && requiredFields.some((field) => !KNOWN.includes(field))
  const references: Reference[] = inputs.map((input) => ({ input, unmet: unmetBy(input, lacks), fields: outputFields }))
  return {
    keys: inputs.map(keyOf),
    references,
    fixed: references.map((each, i) => statusOf(inputs[i], each.unmet, variants)),
  }
}

type Reference = { input: unknown; unmet: string | undefined; fields: readonly unknown[] }

function keyOf(input: unknown): string {
  if (!isObject(input)) return ''
  const given = (names: readonly string[]) => names.map((name) => input[name]).filter((value) => value && value !== '')
  return String(given(KEY_NAMES)[0] ?? given(PARTS).join(' '))
}

function statusOf(input: unknown, unmet: string | undefined, variants: readonly string[]): number | undefined {
  if (keyOf(input) === '') return 400
  if (unmet) return 404
  return variants.includes('limit-exceeded-items') ? 402 : undefined
}

/** What the request wants of a match and does not get: then there is no match, and no charge (in doubt for dates). */
function unmetBy(input: unknown, lacks: boolean): string | undefined {
  if (!isObject(input)) return undefined
  const isLater = (date: unknown) => typeof date === 'string' && date > LAST_UPDATED
  if (isLater(input.lastUpdatedDateAfter)) return 'NON_MATCH_BY_LAST_UPDATED_DATE'
  if (isLater(input.validDateAfter)) return 'NON_MATCH_BY_VALID_DATE'
  return lacks ? 'NON_MATCH_BY_REQUIRED_FIELDS' : undefined
}

const matchStatuses: Record<number, string> = {
  400: 'INVALID_INPUT',
  422: 'INVALID_INPUT',
  402: 'LIMIT_EXCEEDED',
  451: 'OPT_OUT',
}

/** `meta.input` is what was sent, and all that tells whose item it is; `attributes` have what was asked for alone. */
function itemOf({ status, person, reference }: Result, variants: readonly string[]): object {
  const { input, unmet, fields } = reference as Reference
  const meta = (matchStatus: string) => ({ input, matchStatus })
  if (status !== 200) return { id: '0', type: 'NoMatch', meta: meta(unmet ?? matchStatuses[status] ?? 'NO_MATCH') }
  const company = { id: 77, name: person?.job_company_name ?? 'Example Co' }
  const id = idOf(keyOf(input), variants)
  if (person === undefined) return { id, type: 'Contact', attributes: { company }, meta: meta('COMPANY_ONLY_MATCH') }
  const [firstName, ...rest] = person.full_name.split(' ')
  const known = {
    firstName,
    lastName: rest.join(' '),
    email: `${hash32(person.key, 0)}@example.com`,
    jobTitle: person.job_title,
    lastUpdatedDate: LAST_UPDATED,
  }
  const wanted = Object.entries(known).filter(([name]) => fields.includes(name))
  const attributes = { ...Object.fromEntries(wanted), ...(fields.some(isOfCompany) ? { company } : {}) }
  return { id, type: 'Contact', attributes, meta: meta('FULL_MATCH') }
}

function isOfCompany(field: unknown): boolean {
  return String(field).startsWith('company')
}

/** A text here and a number in requests; one sample had a negative one. A merged person has another than was asked for. */
function idOf(key: string, variants: readonly string[]): string {
  const isId = /^-?\d+$/.test(key) && !variants.includes('merged-ids')
  return isId ? key : String(hash32(key, 3) | 0)
}

/**
 * `uniqueIdLimit` is the credits. Of `requestLimit` a sample of a live account had 0 and 0 while it could be used: no limit,
 * and nothing that is used up. No date says when any of it comes again.
 */
function usageOf(account: AccountSaid): object {
  const { remaining, allotment, purchased, variants } = account
  const total = allotment + purchased
  const used = usedOf(account)
  const type = (long: string, short: string) => (variants.includes('short-limit-types') ? short : long)
  const limit = (limitType: string, totalLimit: number, currentUsage: unknown, usageRemaining: unknown) => {
    return { limitType, description: 'Invented', totalLimit, currentUsage, usageRemaining }
  }
  const usage = [
    limit(type('requestLimit', 'request'), 0, 41, 0),
    limit(type('recordLimit', 'record'), 25 * total, 4_000, 25 * total - 4_000),
    limit(type('uniqueIdLimit', 'uniqueID'), total, used, remaining),
  ]
  return { data: [{ id: '9', type: 'UserUsage', attributes: { usage } }] }
}

/** …/rate-limits: three windows at once, of which the simulated vendor enforces that of a second. */
function limitHeaders(limits: readonly SlidingLimit[], nowAt: number, status: number): string[] {
  const second = limits.find(({ windowMs }) => windowMs === 1_000)
  if (second === undefined) return []
  const { remaining, freesInMs } = second.room(nowAt)
  const hourly = second.limit * 2_160
  const told = [
    ...['x-ratelimit-limit-second', second.limit, 'x-ratelimit-remaining-second', remaining],
    ...['x-ratelimit-limit-hour', hourly, 'x-ratelimit-remaining-hour', -1],
    ...['x-ratelimit-limit-day', 12 * hourly, 'x-ratelimit-remaining-day', -1],
  ].map(String)
  if (status !== 429) return told
  const resetAt = String(Math.ceil((nowAt + freesInMs) / 1_000))
  return [...told, 'x-ratelimit-rejected-bucket', 'second', 'x-ratelimit-reset', resetAt]
}

function hourUsedUp(): Refusal {
  return new Refusal(429, gatewayError(429), ['retry-after', '1800', 'x-ratelimit-rejected-bucket', 'hour'])
}

/** 401, 403, 404 and 429 come from the gateway, the others from the platform. */
function errorBody({ status, message }: { status: number; message: string }): object {
  if (gatewayErrors[status]) return gatewayError(status)
  return platformError(status, status >= 500 ? 'PFAPI0007' : 'PFAPI0003', message, [])
}

function gatewayError(status: number) {
  const [code, message] = gatewayErrors[status] ?? ['ZI0000', `Status ${status}`]
  return { error: { code, message, status, requestId: 'req_1', retryable: RETRYABLE.includes(status) } }
}

function platformError(status: number, code: string, title: string, variants: readonly string[]): object {
  if (variants.includes('one-error-shape')) {
    return { error: { code, message: title, status, requestId: 'req_1', retryable: status >= 500 } }
  }
  return { title, errors: [{ id: 'req_1', code, status: String(status), title, detail: title }] }
}
