import { hash32 } from '../lookups/random.ts'
import type { AccountSaid, Asked, Dialect, DialectBehaviour, DialectRequest, JobSaid, Result, Said } from './dialect.ts'
import { Refusal, rounded, usedOf, usual } from './dialect.ts'

const API = '/api/v2'

/** What identifies a person alone, best first; a name needs an employer: OpenAPI file, the order is ours. */
const KEY_NAMES = ['id', 'linkedin_url', 'email', 'phone', 'npi_number']

/** What each reveal costs: docs.rocketreach.co, Universal Credits Overview, read in November 2026. */
const REVEALS: Record<string, number> = {
  reveal_professional_email: 2,
  reveal_personal_email: 3,
  reveal_phone: 6,
  reveal_detailed_person_enrichment: 1,
  reveal_healthcare_enrichment: 1,
}
/** What a lookup on a plan reveals. */
const ALL = ['reveal_professional_email', 'reveal_phone', 'reveal_detailed_person_enrichment']
const LOOKUP_TYPES = ['standard', 'premium', 'premium (feeds disabled)', 'bulk', 'phone', 'enrich']

/** https://docs.rocketreach.co/reference/responses-and-errors, read in November 2026; the 403 in doubt. */
const messages: Record<number, string> = {
  400: 'The request is malformed or missing required parameters.',
  404: 'The requested resource does not exist.',
  429: 'Request was throttled.',
}

/**
 * RocketReach's version 2: the OpenAPI file in docs.rocketreach.co/reference (github.com/api-evangelist/rocketreach), the
 * vendor's Python client and the pages named below, read in November 2026. Not spoken: bulk lookups, whose results come by
 * webhook alone. An id that was given for another key names a person of its own in later lookups. In doubt: out of
 * credits (the REST pages know no 402; a reading of October 2026 has 403 with prose, the page of MCP errors a 402:
 * `credits-402`); the shape of errors (`detail-errors`); when a lookup is charged (at once, here; `chargeAt`); whether
 * `ids` may be one text with commas (both ways are understood); what the poll of an unknown id brings (nothing, here);
 * whether a repeat is free (the FAQ says so, others not) and as old as what was looked up before.
 */
export const rocketreachDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: KEY_NAMES,
    // …/reference/faq: a credit a profile, and nothing where nothing is found.
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 403, body: { detail: 'You have run out of lookup credits.' } },
    // …/reference/rate-limits
    retryAfter: 'seconds',
  },
  variants: {
    'universal-credits': 'the account is on Universal Credits: /universal/… answers and the other family does not',
    'complete-at-once': 'a lookup is complete in its first reply',
    'misses-fail-later': 'whom nobody knows is pending first, and then failed; otherwise a 404 at once',
    'weak-emails': 'no e-mail better than B is found: a standard lookup is free then',
    'other-pending-words': 'pending is "not queued" and "waiting", and not "searching" and "progress"',
    'credits-402': 'out of credits is a 402 insufficient_credits with its credit_type',
    'no-permission': 'the key may not look up: a 403, with credits to spare',
    'detail-errors': 'errors have detail and error_code, as a probe of October 2026 saw of the 401',
    'unlimited-credits': 'what remains of standard lookups is "inf"',
  },
  routes: [
    { method: 'GET', path: `${API}/person/lookup`, does: 'submit', asked: lookedUp },
    { method: 'GET', path: `${API}/person/checkStatus`, does: 'job', ids: idsOf },
    { method: 'GET', path: `${API}/account/`, does: 'account', tells: accountOf },
    { method: 'GET', path: `${API}/universal/person/lookup`, does: 'submit', asked: lookedUpUniversally },
    { method: 'GET', path: `${API}/universal/person/check_status`, does: 'job', ids: idsOf },
    { method: 'GET', path: `${API}/universal/account/`, does: 'account', tells: universalAccountOf },
  ],
  // The query parameter is deprecated: OpenAPI file.
  apiKey: (header, query) => header('api-key') ?? query.get('api_key') ?? undefined,
  single: (result, said) => replyOf(result, said, 'complete'),
  jobs: { idOf: ([key]) => String(idOf(key as string)), taken, told },
  outOfCredits: ({ variants }) => {
    if (!variants.includes('credits-402')) return undefined
    const detail = 'You have run out of lookup credits.'
    return new Refusal(402, { detail, error_code: 'insufficient_credits', credit_type: 'standard_lookup' })
  },
  error: ({ status, message }) => errorBody(status, message, []),
}

/** What is kept of a lookup until it is complete. */
type Reference = { id: number; reveals: readonly string[]; metadata: string | null; isCached: boolean }

function lookedUp(request: DialectRequest, { variants, cost }: DialectBehaviour): Asked {
  allow(variants, false)
  const type = request.query.get('lookup_type') ?? 'standard'
  if (!LOOKUP_TYPES.includes(type)) throw new Refusal(400, errorBody(400, 'lookup_type is invalid', variants))
  // …/reference/faq: standard counts where an e-mail of grade A or A- is found.
  const isFree = type === 'standard' && variants.includes('weak-emails')
  return asked(request, variants, ALL, isFree ? 0 : cost.credits)
}

/** Nothing is revealed but what was asked for. */
function lookedUpUniversally(request: DialectRequest, { variants, cost }: DialectBehaviour): Asked {
  allow(variants, true)
  const reveals = Object.keys(REVEALS).filter((name) => request.query.get(name) === 'true')
  const price = reveals.reduce((sum, name) => sum + (REVEALS[name] as number), 0)
  return asked(request, variants, reveals, rounded(price * cost.credits))
}

function asked(
  { query }: DialectRequest,
  variants: readonly string[],
  reveals: readonly string[],
  price: number,
): Asked {
  const key = keyOf(query)
  if (key === undefined) throw new Refusal(400, errorBody(400, '', variants))
  const reference: Reference = {
    id: idOf(key),
    reveals,
    metadata: query.get('metadata'),
    // The default became false in September 2026.
    isCached: query.get('return_cached_emails') === 'true',
  }
  const atOnce = variants.includes('complete-at-once')
  return { keys: [key], references: [reference], credits: price, free: 'charged before', atOnce }
}

function keyOf(query: URLSearchParams): string | undefined {
  const alone = KEY_NAMES.map((name) => query.get(name)).find((value) => value)
  if (alone) return alone
  const [name, employer] = [query.get('name'), query.get('current_employer')]
  return name && employer ? `${name} ${employer}` : undefined
}

/** The profile's id, a small whole number. */
function idOf(key: string): number {
  return /^\d{1,15}$/.test(key) ? Number(key) : hash32(key, 3) % 1_000_000_000
}

/** Repeated, as the OpenAPI file and the vendor's client have it, or with commas, as other clients do. */
function idsOf(query: URLSearchParams): readonly string[] {
  return query.getAll('ids').flatMap((ids) => ids.split(','))
}

/** Two families, of which an account has one: OpenAPI file. */
function allow(variants: readonly string[], isUniversal: boolean): void {
  const isTheirs = variants.includes('universal-credits') === isUniversal
  if (isTheirs && !variants.includes('no-permission')) return
  throw new Refusal(403, errorBody(403, 'The API key lacks permission to perform this action.', variants))
}

function taken(_: string, [result]: readonly Result[], said: Said): { status: number; body: unknown } {
  const known = result as Result
  const isSilent = known.status === 404 && said.variants.includes('misses-fail-later')
  return replyOf(isSilent ? { ...known, status: 202 } : known, said, wordOf(said.variants, 0))
}

function wordOf(variants: readonly string[], poll: 0 | 1): string {
  return (variants.includes('other-pending-words') ? ['not queued', 'waiting'] : ['searching', 'progress'])[
    poll
  ] as string
}

function replyOf(result: Result, { variants }: Said, word: string): { status: number; body: unknown } {
  const { status } = result
  if (status !== 200 && status !== 202) return { status, body: errorBody(status, 'Refused', variants) }
  return { status: 200, body: profileOf(result, variants, word, true) }
}

/** A list of profiles; without `metadata`: that is there in the reply to the lookup alone. */
function told(jobs: readonly JobSaid[], { variants }: Said): { status: number; body: unknown } {
  if (jobs.length > 100) return { status: 400, body: errorBody(400, 'ids has more than 100', variants) }
  const known = jobs.filter(({ state }) => state !== 'unknown')
  return { status: 200, body: known.map((job) => statusOf(job, variants)) }
}

function statusOf({ id, state, results: [result] }: JobSaid, variants: readonly string[]): object {
  if (state === 'running' && result) return profileOf(result, variants, wordOf(variants, 1), false)
  if (result?.status === 200) return profileOf(result, variants, 'complete', false)
  return { id: Number(id), status: 'failed', emails: [], phones: [] }
}

function profileOf(
  { person, reference }: Result,
  variants: readonly string[],
  status: string,
  isLookup: boolean,
): object {
  const { id, reveals, metadata, isCached } = reference as Reference
  const head = { id, status, ...(isLookup && metadata !== null ? { metadata } : {}) }
  const isDone = status === 'complete'
  if (person === undefined) return { ...head, emails: isDone ? [] : null, phones: isDone ? [] : null }
  const named = { ...head, name: person.full_name, linkedin_url: `https://www.linkedin.com/in/rr-${id}` }
  const emails = emailsOf(id, reveals, variants)
  if (!isDone) return { ...named, emails: isCached ? emails : null, phones: null }
  const phone = { number: `+1555${id}`, type: 'mobile', validity: 'valid', recommended: true }
  const details = {
    current_title: person.job_title,
    current_employer: person.job_company_name,
    city: person.location_locality,
    country_code: person.location_country,
  }
  return {
    ...named,
    ...(reveals.includes('reveal_detailed_person_enrichment') ? details : {}),
    emails,
    phones: reveals.includes('reveal_phone') ? [phone] : [],
    recommended_email: emails[0]?.email ?? null,
  }
}

function emailsOf(id: number, reveals: readonly string[], variants: readonly string[]) {
  const grade = variants.includes('weak-emails') ? 'B' : 'A'
  const kinds = ['professional', 'personal'].filter((type) => reveals.includes(`reveal_${type}_email`))
  return kinds.map((type) => {
    const smtp_valid = grade === 'A' ? 'valid' : 'unknown'
    return { email: `${type}-${id}@example.com`, smtp_valid, type, grade, last_validation_check: '2026-04-23' }
  })
}

/** One entry a type; `allocated` 0 is a type that the plan has not, and "inf" one without a limit. No date of a reset. */
function accountOf(account: AccountSaid): object {
  const { allotment, purchased, remaining, variants } = account
  if (variants.includes('universal-credits')) allow(variants, false)
  const unlimited = { allocated: 'inf', used: 0, remaining: 'inf' }
  const standard = variants.includes('unlimited-credits')
    ? unlimited
    : { allocated: allotment + purchased, used: usedOf(account), remaining }
  return {
    id: 1,
    state: 'registered',
    credit_usage: [
      { credit_type: 'premium_lookup', allocated: 0, used: 0, remaining: 0 },
      { credit_type: 'standard_lookup', ...standard },
      { credit_type: 'person_export', ...unlimited },
    ],
    rate_limits: [{ action: 'person_lookup', duration: 'minute', limit: 15, used: 1, remaining: 14 }],
  }
}

/** The caller's key is in it. */
function universalAccountOf(account: AccountSaid): object {
  const { allotment, purchased, remaining, atMs, variants } = account
  if (!variants.includes('universal-credits')) allow([], true)
  const credit_usage = {
    credits_allocated: allotment + purchased,
    credits_used: usedOf(account),
    credits_remaining: remaining,
    last_synced: new Date(atMs).toISOString(),
  }
  return { id: 1, api_key: 'SECRET', credit_usage, credit_usage_by_action: [] }
}

/** A wrong key was seen to be told otherwise than the page has it. */
function errorBody(status: number, message: string, variants: readonly string[]): object {
  const words = status === 400 && message ? message : (messages[status] ?? message)
  if (status === 401) return { detail: 'Invalid API key', error_code: 'authentication_failed' }
  if (status === 404 && variants.includes('detail-errors')) return { detail: words, error_code: 'not_found' }
  return variants.includes('detail-errors') ? { detail: words } : { status, message: words }
}
