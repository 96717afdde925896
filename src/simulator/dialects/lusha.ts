import { isObject } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import { hash32 } from '../lookups/random.ts'
import { nextMonth } from './dates.ts'
import type { AccountSaid, Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { Refusal, rounded, usedOf, usual } from './dialect.ts'

/** What a phone number costs where an e-mail address costs 1: `pricing` of …/account/usage. */
const PHONE = 5
/** What a third party might take beside it; its price is its own (…/changelog, 2.6.0) and this one is invented. */
const WATERFALL = 10

/** The item of a search; anything else in it is refused: seen in July 2026, and the schema of the OpenAPI file. */
const IDENTIFIERS = ['id', 'linkedinUrl', 'email', 'firstName', 'lastName', 'companyName', 'companyDomain']
const CONTACT = ['clientReferenceId', ...IDENTIFIERS]

/** https://docs.lusha.com/enrichment/search-and-enrich-contacts, read in November 2026. */
const itemErrors: Record<number, readonly [code: string, message: string]> = {
  404: ['NOT_FOUND', 'Contact not found'],
  451: ['COMPLIANCE_RESTRICTED', 'Contact is restricted'],
}

/** Examples of the OpenAPI file (github.com/api-evangelist/lusha) and …/apis/v2/openapi/section/error-codes. */
const messages: Record<number, string> = {
  401: 'Invalid API key',
  402: 'Insufficient credits for this operation',
  404: 'Resource not found',
  429: 'Too many requests. Please wait before making another request.',
  451: 'We are unable to process this contact request due to our GDPR regulations',
  500: 'Internal server error. Please try again later.',
}

/** Refusals of whole accounts, by variant. */
const refusals: Record<string, readonly [status: number, message: string]> = {
  'v3-not-enabled': [403, 'V3 API access is not enabled for your account'],
  'account-inactive': [403, 'Your account is not active. Please reach out to support at support@lusha.com'],
  'trial-used-up': [429, "You've reached your trial limit, please contact support for upgrade"],
  'daily-quota-used-up': [429, 'Daily API quota limit exceeded. Limit 100 calls per day'],
}

/**
 * Lusha's version 3, https://docs.lusha.com and its OpenAPI file, read in November 2026; what is called seen is in a
 * protocol of calls of July 2026 that somebody published. In doubt is the price: the documents take a search and each
 * revealed field, an account was seen to pay 1 for all of it and another 7 for a contact with address and phone. Not
 * spoken: the job of a waterfall that an enrichment may name (GET /v3/contacts/jobs/{id}), and tables.
 */
export const lushaDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: IDENTIFIERS.slice(0, 3),
    // …/enrichment/overview: 1 to 100 in every call.
    maxBulkRecords: 100,
    bulkBadItems: 'whole',
    // Of a search, and of an e-mail address; a miss is free: …/faq/billing.
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 402, body: errorBody(402, messages[402] as string) },
  },
  variants: {
    'v3-not-enabled': 'the account has no access to version 3',
    'account-inactive': 'the account is not active',
    'trial-used-up': 'the trial is over: every lookup is a 429, for ever',
    'daily-quota-used-up': 'the calls of the day are used up: every lookup is a 429',
    'flat-price': 'a search costs 1 and revealing is free, as seen on a professional plan in July 2026',
    waterfall: 'Data Waterfall is on: third parties are asked, at their own price',
    'free-plan': 'the plan has no end',
  },
  routes: [
    { method: 'POST', path: '/v3/contacts/search-and-enrich', does: 'bulk', asked: searched },
    { method: 'POST', path: '/v3/contacts/enrich', does: 'bulk', asked: enriched },
    // …/account/usage: 5 a minute, lower than any other endpoint's.
    { method: 'GET', path: '/v3/account/usage', does: 'account', tells: usageOf, perMinute: 5 },
  ],
  apiKey: (header) => header('api_key'),
  single: ({ status }) => ({ status, body: errorBody(status, 'There are only calls for many.') }),
  bulk: (results, { charged, used }) => ({
    requestId: requestId(results, used),
    results: results.map(resultOf),
    billing: { creditsCharged: charged, resultsReturned: results.filter(({ status }) => status === 200).length },
  }),
  limitHeaders,
  error: ({ status, message }) => errorBody(status, messages[status] ?? message),
}

/** …/api-reference/search-&-enrich/search-and-enrich-contacts: two charges, of the search and of each revealed field. */
function searched({ body }: DialectRequest, behaviour: DialectBehaviour): Asked {
  const { variants, cost } = behaviour
  admit(variants)
  onlyKnown(body, ['contacts', 'reveal', 'options'], '')
  const contacts = listIn(body, 'contacts', behaviour)
  const keys = contacts.map((contact, i) => {
    onlyKnown(contact, CONTACT, `contacts.${i}.`)
    return keyOf(contact, i)
  })
  const revealed = variants.includes('flat-price') ? 0 : priceOf(body)
  const waterfall = variants.includes('waterfall') ? WATERFALL : 0
  return {
    keys,
    references: contacts.map((contact) => (isObject(contact) ? contact.clientReferenceId : undefined)),
    credits: rounded(cost.credits * (1 + revealed + waterfall)),
  }
}

/** …/api-reference/enrich/enrich-contacts: what the account has revealed already is free to reveal again. */
function enriched({ body }: DialectRequest, behaviour: DialectBehaviour): Asked {
  const { variants, cost } = behaviour
  admit(variants)
  onlyKnown(body, ['ids', 'reveal', 'waterfallEnabled', 'tableId'], '')
  const ids = listIn(body, 'ids', behaviour).map(String)
  const keys = ids.map((id) => /^lusha-(.+)$/.exec(id)?.[1])
  const isOn = variants.includes('waterfall') && isObject(body) && body.waterfallEnabled !== false
  const revealed = variants.includes('flat-price') ? 0 : priceOf(body)
  return {
    keys: keys.map((key) => key ?? ''),
    credits: rounded(cost.credits * (revealed + (isOn ? WATERFALL : 0))),
    free: 'charged before',
    fixed: keys.map((key) => (key === undefined ? 404 : undefined)),
  }
}

function admit(variants: readonly string[]): void {
  const [status, message] = variants.map((variant) => refusals[variant]).find((refusal) => refusal) ?? []
  if (status !== undefined && message !== undefined) throw new Refusal(status, errorBody(status, message))
}

/** Both kinds where nothing is said; none is not possible (seen). */
function priceOf(body: unknown): number {
  const reveal = isObject(body) && Array.isArray(body.reveal) ? body.reveal : ['emails', 'phones']
  if (reveal.length === 0) throw malformed('reveal must contain at least 1 elements')
  return (reveal.includes('emails') ? 1 : 0) + (reveal.includes('phones') ? PHONE : 0)
}

function onlyKnown(from: unknown, names: readonly string[], path: string): void {
  const unknown = isObject(from) && Object.keys(from).find((name) => !names.includes(name))
  if (unknown) throw malformed(`${path}property ${unknown} should not exist`)
}

function listIn(body: unknown, name: string, { maxBulkRecords }: DialectBehaviour): readonly unknown[] {
  const list = isObject(body) ? body[name] : undefined
  if (!Array.isArray(list) || list.length === 0) throw malformed(`${name} must contain at least 1 elements`)
  if (list.length > maxBulkRecords) throw malformed(`${name} must contain no more than ${maxBulkRecords} elements`)
  return list
}

function keyOf(contact: unknown, i: number): string {
  const parts = isObject(contact) ? contact : {}
  const alone = IDENTIFIERS.slice(0, 3).find((name) => parts[name])
  if (alone !== undefined) return String(parts[alone]).replace(/^lusha-/, '')
  const company = parts.companyDomain ?? parts.companyName
  if (parts.firstName && parts.lastName && company) return `${parts.firstName} ${parts.lastName} ${company}`
  throw malformed(`contacts.${i} has no identifier`)
}

/** The body of a failed validation, which is another than that of other errors (seen). */
function malformed(message: string): Refusal {
  return new Refusal(400, { name: 'BadRequest', message, code: 400, className: 'bad-request', errors: {} })
}

/** In the order asked (seen). The client's own reference comes back: …/api-reference/overview; with errors, in doubt. */
function resultOf({ status, person, reference: clientReferenceId }: Result): object {
  if (status !== 200) {
    const [code, message] = itemErrors[status] ?? ['ENRICH_FAILED', 'Contact could not be enriched']
    return { clientReferenceId, error: { code, message } }
  }
  if (person === undefined) return { clientReferenceId }
  const [firstName, ...rest] = person.full_name.split(' ')
  const id = hash32(person.key, 3)
  return {
    clientReferenceId,
    id: `lusha-${person.key}`,
    firstName,
    lastName: rest.join(' '),
    fullName: person.full_name,
    jobTitle: { title: person.job_title, departments: ['Other'], seniority: 'Manager' },
    location: { countryIso2: person.location_country, city: person.location_locality },
    company: { name: person.job_company_name, industry: person.job_company_industry },
    emails: [{ email: `${id}@example.com`, type: 'work', confidence: 'A+', updateDate: '2026-04-23' }],
    phones: [{ number: `+1${String(id).padStart(10, '0')}`, type: 'mobile', doNotCall: false }],
    previousEmployment: [],
    updateDate: '2026-04-23',
  }
}

function requestId(results: readonly Result[], used: number): string {
  const part = (seed: number) =>
    hash32(`${used} ${results.map(({ status }) => status)}`, seed)
      .toString(16)
      .padStart(8, '0')
  return `${part(1)}-${part(2).slice(0, 4)}-4${part(2).slice(5)}-a${part(3).slice(5)}-${part(4)}${part(5).slice(4)}`
}

/** …/account/usage. It was seen to tell a charge some seconds late: `balanceLagMs`. */
function usageOf(account: AccountSaid): object {
  const { remaining, allotment, purchased, variants, resetAt, atMs } = account
  const refusal = refusals[variants.find((variant) => refusals[variant]?.[0] === 403) ?? '']
  if (refusal) throw new Refusal(refusal[0], errorBody(...refusal))
  const endDate = variants.includes('free-plan') ? null : new Date(resetAt ?? nextMonth(atMs)).toISOString()
  return {
    credits: { total: allotment + purchased, used: usedOf(account), remaining },
    plan: { category: 'professional', renewalType: 'annual', startDate: new Date(atMs).toISOString(), endDate },
    pricing: { revealEmail: { credits: 1, perQuantity: 1 }, revealPhone: { credits: PHONE, perQuantity: 1 } },
  }
}

/** …/rate-limiting: on every reply; no header says when to come back. */
function limitHeaders(limits: readonly SlidingLimit[], nowAt: number): string[] {
  const minute = limits.find(({ windowMs }) => windowMs === 60_000)
  if (minute === undefined) return []
  const { remaining } = minute.room(nowAt)
  const told = { limit: String(minute.limit), usage: String(minute.limit - remaining), left: String(remaining) }
  return ['x-rate-limit-minute', told.limit, 'x-minute-usage', told.usage, 'x-minute-requests-left', told.left]
}

function errorBody(statusCode: number, message: string): object {
  return { statusCode, message }
}
