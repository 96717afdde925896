import { isIP } from 'node:net'
import type { Person } from '../lookups/people.ts'
import { hash32 } from '../lookups/random.ts'
import type { AccountSaid, Amount, Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { Refusal, usedOf, usual } from './dialect.ts'

const INT32_MAX = 2 ** 31 - 1

/** Networks that lead nowhere, as the vendor's own clients leave them out. */
const BOGON = /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe80:|::1$)/i

/** What an address is told as: https://ipinfo.io/developers, Lite and Core; the old shape is that of ipinfo.io/batch. */
type Tier = 'lite' | 'core' | 'legacy'

/** The OpenAPI file (github.com/api-evangelist/ipinfo), read in November 2026. A 403 may also have `status` and `error`. */
const errors: Record<number, readonly [title: string, message: string]> = {
  400: ['Wrong module or field type', 'No module or field of type exists for the provided field.'],
  403: ['Unknown token', "Please ensure you've entered your token correctly."],
  429: ['Rate limit exceeded', 'Upgrade to increase your usage limits at https://ipinfo.io/pricing.'],
}
const WRONG_IP = { status: 404, error: { title: 'Wrong ip', message: 'Please provide a valid IP address' } }

/**
 * IPinfo: https://ipinfo.io/developers/batch-enrichment-api, the Lite and Core pages, the OpenAPI file and the vendor's
 * clients for Python and Node, read in November 2026. Its keys are addresses. The other host, ipinfo.io, is on the same
 * server here: /me is its own, and of its lookups only the batch is spoken, as /batch/legacy. Not spoken: batches as lines of
 * text; Plus and Max, which add fields; that /me answers a wrong token with a 400 which repeats it. In doubt: what an item
 * that cannot be answered looks like (the documents say only that `filter=1` leaves it out; an object with `error`, here, or
 * `bad-items-absent`); whether it and a bogon are charged (a bogon is, an item that is no address is not, here); whether an
 * address that is twice in a batch is charged twice (it is, here); and the status of a token of the wrong tier.
 */
export const ipinfoDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['ip'],
    // …/batch-enrichment-api; an older page has 100.
    maxBulkRecords: 1_000,
    // A request an item, and none for the batch; repeats are charged.
    cost: { per: 'record', credits: 1 },
    // As where it goes too fast; where overage is switched off: https://ipinfo.io/faq/article/90-manage-overages.
    outOfCredits: { status: 429, body: errorBody(429) },
  },
  variants: {
    'hard-limit': 'overage is off: what /me says remains is limit − month, and not what an integer can hold',
    'lite-token': 'the token is a free one: only Lite answers',
    'bad-items-absent': 'an item that cannot be answered is absent, also without filter=1',
    'flat-errors': 'a 403 of the tier has title and message alone',
  },
  routes: [
    { method: 'POST', path: '/batch', does: 'bulk', asked: (request, how) => batch(request, how, 'core') },
    { method: 'POST', path: '/batch/lite', does: 'bulk', asked: (request, how) => batch(request, how, 'lite') },
    { method: 'POST', path: '/batch/legacy', does: 'bulk', asked: (request, how) => batch(request, how, 'legacy') },
    { method: 'GET', path: '/lite/', does: 'single', asked: ({ rest }) => one(rest, 'lite', 0) },
    { method: 'GET', path: '/lookup/', does: 'single', asked: lookedUp },
    { method: 'GET', path: '/me', does: 'account', tells: accountOf },
  ],
  apiKey: (header, query) => query.get('token') ?? keyIn(header('authorization')),
  single: ({ status, person, reference }) =>
    status === 200
      ? { status, body: dataOf(person, reference as Reference) }
      : { status, body: status === 404 ? WRONG_IP : errorBody(status) },
  bulk: (results, { variants }) => Object.fromEntries(results.flatMap((result) => entryOf(result, variants))),
  error: ({ status }) => errorBody(status),
  statuses: { unauthorized: 403 },
}

/** Bearer, or Basic with the token for a user: …/developers#authentication. */
function keyIn(authorization: string | undefined): string | undefined {
  const [, scheme, credentials] = /^(Bearer|Basic) (.+)$/.exec(authorization ?? '') ?? []
  if (scheme !== 'Basic' || credentials === undefined) return credentials
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0]
}

/** `sent`: the text as it came, which is the key of its answer. `field`: the only one that is wanted. */
type Reference = { sent: string; ip: string; tier: Tier; field: string | undefined; isFiltered: boolean }

function batch({ body, query }: DialectRequest, behaviour: DialectBehaviour, tier: Tier): Asked {
  const { variants, maxBulkRecords, cost } = behaviour
  if (!Array.isArray(body) || body.length === 0 || body.length > maxBulkRecords) throw new Refusal(400, errorBody(400))
  if (tier !== 'lite') allow(variants)
  const isFiltered = query.get('filter') === '1'
  return askedOf(
    body.map((item) => referenceOf(String(item), tier, isFiltered)),
    cost.credits,
  )
}

function lookedUp({ rest }: DialectRequest, { variants, cost }: DialectBehaviour): Asked {
  allow(variants)
  return one(rest, 'core', cost.credits)
}

function one(ip: string, tier: Tier, credits: number): Asked {
  if (isIP(ip) === 0) throw new Refusal(400, { error: 'Please provide a valid IP address' })
  return askedOf([{ sent: ip, ip, tier, field: undefined, isFiltered: false }], credits)
}

/** Lite is free and without limit. */
function askedOf(references: readonly Reference[], credits: number): Asked {
  return {
    keys: references.map(({ ip }) => ip),
    references,
    prices: references.map(({ tier }) => (tier === 'lite' ? 0 : credits)),
    fixed: references.map(({ ip }) => (isIP(ip) === 0 ? 400 : undefined)),
  }
}

/** "192.0.2.1", "lite/192.0.2.1" or "192.0.2.1/country". */
function referenceOf(sent: string, tier: Tier, isFiltered: boolean): Reference {
  const parts = sent.split('/')
  const isPrefixed = parts[0] === 'lite' || parts[0] === 'lookup'
  const own: Tier = isPrefixed ? (parts[0] === 'lite' ? 'lite' : 'core') : tier
  const [ip = '', field] = isPrefixed ? parts.slice(1) : parts
  return { sent, ip, tier: own, field, isFiltered }
}

function allow(variants: readonly string[]): void {
  if (!variants.includes('lite-token')) return
  const [title, message] = errors[403] as readonly [string, string]
  throw new Refusal(
    403,
    variants.includes('flat-errors') ? { title, message } : { status: 403, error: { title, message } },
  )
}

function entryOf({ status, person, reference }: Result, variants: readonly string[]): [string, unknown][] {
  const asked = reference as Reference
  if (status === 200) return [[asked.sent, dataOf(person, asked)]]
  return asked.isFiltered || variants.includes('bad-items-absent') ? [] : [[asked.sent, WRONG_IP]]
}

function dataOf(person: Person | undefined, { ip, tier, field }: Reference): unknown {
  if (BOGON.test(ip)) return { ip, bogon: true }
  if (person === undefined) return { ip }
  const data: Record<string, unknown> = { ip, ...tiers[tier](person) }
  // A bare text, and no object: …/batch-enrichment-api.
  return field === undefined ? data : String(data[field] ?? '')
}

const tiers: Record<Tier, (person: Person) => object> = {
  lite: (person) => ({
    asn: asnOf(person),
    as_name: person.job_company_name,
    as_domain: 'example.net',
    country_code: person.location_country,
    country: `Country ${person.location_country}`,
    continent_code: 'EU',
    continent: 'Europe',
  }),
  core: (person) => ({
    hostname: 'host.example.net',
    geo: {
      city: person.location_locality,
      country: `Country ${person.location_country}`,
      country_code: person.location_country,
      latitude: 50.5,
      longitude: 4.5,
    },
    as: { asn: asnOf(person), name: person.job_company_name, domain: 'example.net', type: 'isp' },
    is_anonymous: false,
    is_anycast: false,
    is_hosting: false,
    is_mobile: false,
    is_satellite: false,
  }),
  legacy: (person) => ({
    hostname: 'host.example.net',
    city: person.location_locality,
    country: person.location_country,
    loc: '50.5,4.5',
    org: `${asnOf(person)} ${person.job_company_name}`,
  }),
}

function asnOf({ job_company_name }: Person): string {
  return `AS${64_512 + (hash32(job_company_name, 0) % 1_000)}`
}

/**
 * The token is in it. The example of the OpenAPI file has 69 of 50,000 used and 2,147,483,578 left, the largest integer less
 * 69, which is taken for overage here; and nothing used today. When the month begins again, on the 1st, it does not say.
 */
function accountOf(account: AccountSaid): object {
  const { allotment, purchased, variants } = account
  const limit = allotment + purchased
  const month = usedOf(account)
  const left = (of: number): Amount => (typeof month === 'number' ? of - month : month)
  const remaining = left(variants.includes('hard-limit') ? limit : INT32_MAX)
  return {
    token: 'SECRET',
    requests: { day: 0, month, limit, remaining },
    features: { core: { daily: limit, monthly: limit } },
  }
}

/** A failure of the server is plain text. */
function errorBody(status: number): unknown {
  if (status >= 500) return 'Internal server error'
  const [title, message] = errors[status] ?? ['Not found', 'There is nothing here.']
  return { title, message }
}
