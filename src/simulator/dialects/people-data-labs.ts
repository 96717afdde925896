import { isObject, itemsOfBulk, keyOfItem, keyOfQuery } from '../http/requests.ts'
import type { SlidingLimit } from '../limits/rate-windows.ts'
import type { Asked, Dialect, DialectBehaviour, DialectRequest, Result, Said } from './dialect.ts'
import { headerList, rounded, usual } from './dialect.ts'

/**
 * Credits beyond those bought, which the account could spend at a price. `x-totallimit-remaining` counts them in, as the
 * sample has it: 1342 = 342 + 1000. https://docs.peopledatalabs.com/docs/usage-limits, read in November 2026.
 */
const OVERAGE = 1_000

/**
 * https://docs.peopledatalabs.com/docs/errors, read in November 2026; words and types also as the vendor's own clients
 * (github.com/peopledatalabs/peopledatalabs-js and -go) expect them.
 */
const errors: Record<number, readonly [type: string, message: string]> = {
  400: ['invalid_request_error', 'Request contained either missing or invalid parameters'],
  401: ['authentication_error', 'Request contained a missing or invalid key'],
  402: ['payment_required', 'You have hit your account maximum for person enrichment (all matches used)'],
  404: ['not_found', 'No records were found matching your request'],
  405: ['invalid_request_error', 'Request method is not allowed on the requested resource'],
  429: ['rate_limit_error', 'An error occurred due to requests hitting the API too quick'],
}

/** An id of a person in this vendor's data; ids of anything else are 404: …/docs/faqs-person-retrieve-api. */
const ID_OF_A_PERSON = /^pdl-(.+)$/

/**
 * People Data Labs, https://docs.peopledatalabs.com, read in November 2026. Two things stay in doubt. Whether a bulk call
 * that matches more than is left is refused whole: of /person/search it is reported (size 1 is a 200, size 5 a 402), so it
 * is here; `bulkShortfall` changes it. And how long Person Retrieve is to live: its pages are now also served under
 * /docs/archived-*, no notice of an end was found.
 */
export const peopleDataLabsDialect: Dialect = {
  behaviour: {
    ...usual,
    // An id goes before all else: where it is given, nothing else is looked at. The rest of the order is ours.
    keyNames: ['pdl_id', 'email', 'profile', 'lid', 'phone', 'email_hash', 'name'],
    // 1 to 100, of which 80 are advised: …/docs/bulk-enrichment-api; the same 100 in …/docs/bulk-person-retrieve.
    maxBulkRecords: 100,
    // A credit a match, misses are free: …/support/billing/how-credits-work.
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 402, body: errorBody(402, []) },
  },
  variants: {
    'no-overage': 'the plan has no overage: what may be spent is what was bought',
    'error-type-text': 'error.type is a text, as the documents show it; replies were seen to have a list of one',
  },
  routes: [
    { method: 'GET', path: '/v5/person/enrich', does: 'single', asked: enriched },
    { method: 'POST', path: '/v5/person/bulk', does: 'bulk', asked: enrichedInBulk },
    { method: 'POST', path: '/v5/person/retrieve/bulk', does: 'bulk', asked: retrievedInBulk },
    { method: 'GET', path: '/v5/person/retrieve/', does: 'single', asked: ({ rest }) => retrieved([rest]) },
  ],
  remembersLooks: true,
  // Header or query: …/docs/input-parameters-person-retrieve-api.
  apiKey: (header, query) => header('x-api-key') ?? query.get('api_key') ?? undefined,
  single: (result, { variants }) => ({ status: result.status, body: bodyOf(result, variants) }),
  bulk: (results, { variants }) => results.map((result) => bodyOf(result, variants)),
  headers: creditHeaders,
  // A request without parameters is a 400 that costs nothing and tells the balance all the same: the vendor's own example
  // asks so (…/docs/usage-limits), with GET and with HEAD. Without a valid key nothing is told (in doubt).
  errorHeaders: (said, status) => (status === 401 ? [] : creditHeaders(said)),
  limitHeaders,
  error: ({ status }) => errorBody(status, []),
}

function enriched({ query }: DialectRequest, { keyNames }: DialectBehaviour): Asked {
  return { keys: [keyBehind(keyOfQuery(query, keyNames))] }
}

/** An id that this vendor gave is the same record as the key that it was given for. */
function keyBehind(key: string): string {
  return ID_OF_A_PERSON.exec(key)?.[1] ?? key
}

/** A request that has nothing to go by fails alone, with a status of its own: …/docs/bulk-enrichment-api. */
function enrichedInBulk({ body }: DialectRequest, { keyNames, maxBulkRecords }: DialectBehaviour): Asked {
  const requests = itemsOfBulk(body, maxBulkRecords, 'requests')
  const keys = requests.map((request) => keyIn(request, keyNames))
  return {
    keys: keys.map((key) => key ?? ''),
    references: requests.map(metadataOf),
    fixed: keys.map((key) => (key === undefined ? 400 : undefined)),
  }
}

function keyIn(request: unknown, keyNames: readonly string[]): string | undefined {
  const params = isObject(request) && isObject(request.params) ? request.params : {}
  // A parameter may be a list: "profile": ["linkedin.com/in/…"].
  const first = Object.entries(params).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value])
  try {
    return keyBehind(keyOfItem(Object.fromEntries(first), keyNames, ''))
  } catch {
    return undefined
  }
}

function retrievedInBulk({ body }: DialectRequest, { maxBulkRecords }: DialectBehaviour): Asked {
  const requests = itemsOfBulk(body, maxBulkRecords, 'requests')
  const ids = requests.map((request) => (isObject(request) ? String(request.id ?? '') : ''))
  return { ...retrieved(ids), references: requests.map(metadataOf) }
}

/** Billed is a record that is new to the client or has changed since it last saw it, by any of the person APIs. */
function retrieved(ids: readonly string[]): Asked {
  const keys = ids.map((id) => ID_OF_A_PERSON.exec(id)?.[1])
  return {
    keys: keys.map((key) => key ?? ''),
    free: 'unchanged',
    fixed: keys.map((key) => (key === undefined ? 404 : undefined)),
  }
}

/** Whatever was sent as `metadata` comes back with its result: …/docs/bulk-enrichment-api. */
function metadataOf(request: unknown): unknown {
  return isObject(request) ? request.metadata : undefined
}

/** `billed` is there in replies of Person Retrieve alone, `likelihood` in those of Person Enrichment alone. */
function bodyOf({ status, person, reference, billed }: Result, variants: readonly string[]): object {
  const metadata = reference === undefined ? {} : { metadata: reference }
  if (status !== 200) return { ...metadata, ...errorBody(status, variants) }
  const more = billed === undefined ? { likelihood: 8 } : { billed }
  if (person === undefined) return { ...metadata, status, ...more, data: {} }
  const { key, version, ...data } = person
  return { ...metadata, status, ...more, data: { id: `pdl-${key}`, ...data, dataset_version: String(version) } }
}

/** https://docs.peopledatalabs.com/docs/usage-limits; Retrieve draws on the credits of Enrichment. */
function creditHeaders({ charged, remaining, used, variants }: Said): string[] {
  if (charged === undefined && remaining === undefined) return []
  const overage = variants.includes('no-overage') ? 0 : OVERAGE
  return headerList({
    'x-call-credits-spent': charged,
    'x-call-credits-type': 'enrich',
    'x-lifetime-used': rounded(984_152 + used),
    'x-totallimit-remaining': typeof remaining === 'number' ? remaining + overage : remaining,
    'x-totallimit-purchased-remaining': remaining,
    'x-totallimit-overages-remaining': remaining === undefined ? undefined : overage,
  })
}

/** Objects in Python's spelling; the vendor's own client turns the quotes round before it parses them. */
function limitHeaders(limits: readonly SlidingLimit[], nowAt: number): string[] {
  const minute = limits.find(({ windowMs }) => windowMs === 60_000)
  if (minute === undefined) return []
  const { remaining, freesInMs } = minute.room(nowAt)
  const told = (count: number) => `{'minute': ${count}, 'day': None, 'month': None}`
  const resetAt = new Date(nowAt + freesInMs).toISOString().replace(/\.\d+/, '')
  return [
    'x-ratelimit-limit',
    told(minute.limit),
    'x-ratelimit-remaining',
    told(remaining),
    'x-ratelimit-reset',
    resetAt,
  ]
}

function errorBody(status: number, variants: readonly string[]): object {
  const [type, message] = errors[status] ?? ['api_error', 'The server encountered an unexpected condition']
  return { status, error: { type: variants.includes('error-type-text') ? type : [type], message } }
}
