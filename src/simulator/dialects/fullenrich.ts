import { isObject } from '../http/requests.ts'
import { hash32 } from '../lookups/random.ts'
import type { Asked, Dialect, DialectBehaviour, DialectRequest, JobSaid, Result, Said } from './dialect.ts'
import { Refusal, rounded, usual } from './dialect.ts'

const BULK = '/api/v2/contact/enrich/bulk'
const MONTHS_3_MS = 91 * 24 * 3_600_000

/** What each kind costs where it is found: https://docs.fullenrich.com/api/v2/general/credit, read in November 2026. */
const PRICES: Record<string, number> = { 'contact.work_emails': 1, 'contact.personal_emails': 3, 'contact.phones': 10 }

/** Codes of the OpenAPI file, and as public clients expect them. */
const errors: Record<number, readonly [code: string, message: string]> = {
  401: ['error.api.key', 'Invalid API key'],
  402: ['error.credits.insufficient', 'Not enough credits'],
  404: ['error.enrichment.not_found', 'Enrichment not found'],
  429: ['error.rate.limit', 'Too many requests. You can send 60 requests per minute, try again in 1m'],
}

/**
 * FullEnrich's version 2: https://docs.fullenrich.com/api/v2/reference/openapi.yml, …/general/credit and …/general/ratelimit,
 * and the vendor's own n8n node, read in November 2026. Not spoken: webhooks, and that results are kept for 3 months only.
 * In doubt: how a job without credits ends (a 402 with the whole result is documented, a 200 was seen: `credits-in-200`; the
 * vendor's notes for assistants have CREDITS_INSUFFICIENT where nothing was found: `insufficient-means-nothing`); whether
 * a submission may be refused for credits (a 402 is not declared; `chargeAt: 'arrival'` makes one); and whether an item that
 * found nothing has a profile (it has none, here).
 */
export const fullenrichDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['linkedin_url'],
    // OpenAPI file: 100.
    maxBulkRecords: 100,
    // One bad contact refuses all, unless the request says silentFail=true.
    bulkBadItems: 'whole',
    // Of a work e-mail; contracts may differ.
    cost: { per: 'match', credits: 1 },
    // Nothing is refused when a job is taken; it ends so.
    chargeAt: 'reply',
    // The same input within 3 months is free, and brings the same data: …/general/credit. A job asked for before counts not.
    freeRepeatMs: MONTHS_3_MS,
    outOfCredits: { status: 402, body: errorBody(402, '') },
  },
  variants: {
    'pending-200': 'a job that runs is a 200 IN_PROGRESS without data, as was seen, and no 400',
    'credits-in-200': 'a job without credits is CREDITS_INSUFFICIENT in a 200, as was seen, and no 402',
    'insufficient-means-nothing': 'a job that found nothing is CREDITS_INSUFFICIENT, whatever the balance',
    'landlines-only': 'the phones that are found are landlines, which are free',
    'without-work-emails': 'no work e-mails are found',
    canceled: 'a job that fails is CANCELED, and not UNKNOWN',
    'rate-limited-jobs': 'a job that fails is RATE_LIMIT, and not UNKNOWN',
  },
  routes: [
    { method: 'POST', path: BULK, does: 'submit', asked },
    { method: 'GET', path: `${BULK}/`, does: 'job' },
    {
      method: 'GET',
      path: '/api/v2/account/credits',
      does: 'account',
      tells: ({ remaining }) => ({ balance: remaining }),
    },
    {
      method: 'GET',
      path: '/api/v2/account/keys/verify',
      does: 'account',
      tells: () => ({ workspace_id: '0199aaaa-0000-7000-8000-00000000aaaa' }),
    },
  ],
  repeatsAreOld: true,
  apiKey: (header) => /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1],
  single: ({ status }) => ({ status, body: errorBody(status, 'There are only jobs.') }),
  jobs: { idOf: (_, count) => uuid(count), taken: (id) => ({ status: 200, body: { enrichment_id: id } }), told },
  error: ({ status, message }) => errorBody(status, message),
}

/** What is kept of a contact until its job is asked after. */
type Reference = { contact: Record<string, unknown>; name: string }

function asked({ body, query }: DialectRequest, { variants, maxBulkRecords, cost }: DialectBehaviour): Asked {
  const { name, data } = isObject(body) ? body : {}
  if (typeof name !== 'string' || name === '') throw bad('name is required')
  if (!Array.isArray(data) || data.length === 0) throw bad('data is required')
  if (data.length > maxBulkRecords) throw bad(`data has more than ${maxBulkRecords} contacts`)
  const contacts = data.map((contact) => (isObject(contact) ? contact : {}))
  const problems = contacts.map(problemOf)
  const skips = query.get('silentFail') === 'true'
  const problem = problems.find((each) => each)
  if (problem && (!skips || problems.every((each) => each))) throw bad(problem)
  const good = contacts.filter((_, i) => problems[i] === undefined)
  return {
    keys: good.map(keyOf),
    references: good.map((contact) => ({ contact, name }) satisfies Reference),
    prices: good.map((contact) => rounded(cost.credits * priceOf(contact, variants))),
  }
}

function keyOf(contact: Record<string, unknown>): string {
  const { linkedin_url, first_name, last_name, domain, company_name } = contact
  if (linkedin_url) return String(linkedin_url)
  const company = domain || company_name
  return first_name && last_name && company ? `${first_name} ${last_name} ${company}` : ''
}

function problemOf(contact: Record<string, unknown>): string | undefined {
  if (keyOf(contact) === '') return 'first_name, last_name and domain or company_name, or linkedin_url, are required'
  if (fieldsOf(contact).length === 0) return 'enrich_fields is required'
  const custom = Object.entries(isObject(contact.custom) ? contact.custom : {})
  if (custom.some(([, value]) => typeof value !== 'string')) return 'custom must hold strings'
  // 10 keys say the documents and the error, 20 a note in the schema.
  if (custom.length > 10 || custom.some(([, value]) => String(value).length > 100)) return 'custom is too large'
  return undefined
}

function fieldsOf({ enrich_fields }: Record<string, unknown>): readonly string[] {
  return Array.isArray(enrich_fields) ? enrich_fields.filter((field) => PRICES[field] !== undefined) : []
}

/** What is found of what was asked for. */
function foundOf(contact: Record<string, unknown>, variants: readonly string[]): readonly string[] {
  const isWithout = (field: string) => field === 'contact.work_emails' && variants.includes('without-work-emails')
  return fieldsOf(contact).filter((field) => !isWithout(field))
}

function priceOf(contact: Record<string, unknown>, variants: readonly string[]): number {
  const isFree = (field: string) => field === 'contact.phones' && variants.includes('landlines-only')
  const paid = foundOf(contact, variants).filter((field) => !isFree(field))
  return paid.reduce((sum, field) => sum + (PRICES[field] as number), 0)
}

/** The cost is told for the whole job, and of nothing smaller. */
function told([job]: readonly JobSaid[], said: Said, query: URLSearchParams): { status: number; body: unknown } {
  if (job === undefined || job.state === 'unknown') return { status: 404, body: errorBody(404, '') }
  const { id, results } = job
  const { variants } = said
  const name = (results[0]?.reference as Reference | undefined)?.name
  const whole = (status: string) => ({ id, name, status, cost: { credits: said.charged } })
  if (job.state === 'running') {
    if (query.get('forceResults') === 'true') {
      return { status: 200, body: { ...whole('IN_PROGRESS'), data: itemsOf(results, variants) } }
    }
    if (variants.includes('pending-200')) return { status: 200, body: whole('IN_PROGRESS') }
    const message = 'Enrichment not ready, try again in 30 seconds'
    return { status: 400, body: { code: 'error.enrichment.in_progress', message } }
  }
  const data = itemsOf(results, variants)
  if (results.some(({ status }) => status === 402)) {
    const status = variants.includes('credits-in-200') ? 200 : 402
    return { status, body: { ...whole('CREDITS_INSUFFICIENT'), data } }
  }
  if (job.state === 'failed') return { status: 200, body: whole(failedAs(variants)) }
  const isNothing = results.every(({ status }) => status !== 200)
  const isSaidSo = isNothing && variants.includes('insufficient-means-nothing')
  return { status: 200, body: { ...whole(isSaidSo ? 'CREDITS_INSUFFICIENT' : 'FINISHED'), data } }
}

function failedAs(variants: readonly string[]): string {
  if (variants.includes('canceled')) return 'CANCELED'
  return variants.includes('rate-limited-jobs') ? 'RATE_LIMIT' : 'UNKNOWN'
}

function itemsOf(results: readonly Result[], variants: readonly string[]): readonly object[] {
  return results.map((result) => itemOf(result, variants))
}

/** `custom` comes back as it was sent, the input under other names. */
function itemOf({ person, reference }: Result, variants: readonly string[]): object {
  const { contact } = reference as Reference
  const input = {
    first_name: contact.first_name,
    last_name: contact.last_name,
    company_domain: contact.domain,
    company_name: contact.company_name,
    professional_network_url: contact.linkedin_url,
  }
  const echo = { input, custom: contact.custom }
  if (person === undefined) return { ...echo, contact_info: {} }
  const found = foundOf(contact, variants)
  const number = hash32(person.key, 0)
  const work = found.includes('contact.work_emails')
    ? { email: `${number}@example.com`, status: 'DELIVERABLE' }
    : undefined
  const own = found.includes('contact.personal_emails')
    ? { email: `${number}@mail.example`, status: 'CATCH_ALL' }
    : undefined
  const line_type = variants.includes('landlines-only') ? 'LANDLINE' : 'MOBILE'
  const phone = found.includes('contact.phones') ? { number: `+1555${number}`, region: 'US', line_type } : undefined
  const contact_info = {
    most_probable_work_email: work,
    most_probable_personal_email: own,
    most_probable_phone: phone,
    work_emails: work ? [work] : [],
    personal_emails: own ? [own] : [],
    phones: phone ? [phone] : [],
  }
  const profile = {
    id: uuid(number),
    full_name: person.full_name,
    location: { city: person.location_locality, country_code: person.location_country },
    social_profiles: { professional_network: { id: number, url: contact.linkedin_url } },
    employment: { current: { title: person.job_title, company: { name: person.job_company_name } } },
  }
  return { ...echo, contact_info, profile }
}

function uuid(count: number): string {
  return `0199aaaa-0000-7000-8000-${String(count).padStart(12, '0')}`
}

function bad(message: string): Refusal {
  return new Refusal(400, errorBody(400, message))
}

function errorBody(status: number, message: string): object {
  const [code, words] = errors[status] ?? ['error.bad.request', message]
  return { code, message: words }
}
