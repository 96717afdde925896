import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, BulkResult, ReportedCredits, VendorReply } from '../config/options/vendor-types.ts'
import { byReference, type Identity, identifier, type PresetOptions, referenceOf } from './preset.ts'

/** https://docs.peopledatalabs.com/docs/person-enrichment-api, read in August 2026. */
const BASE_URL = 'https://api.peopledatalabs.com'
const ENRICH_PATH = '/v5/person/enrich'
/** https://docs.peopledatalabs.com/docs/bulk-requests, read in August 2026: 1 to 100 requests in a call. */
const BULK_PATH = '/v5/person/bulk'
const MOST_IN_BULK = 100
/** https://docs.peopledatalabs.com/support/billing/how-credits-work, read in November 2026: per match, a 404 is free. */
const COST = { per: 'match', credits: 1 } as const

/**
 * https://docs.peopledatalabs.com/docs/reference-person-enrichment-api, read in November 2026: 100 a minute free, 1,000
 * paying. In bulk the smaller one is plenty.
 */
const LIMITS = { perMinute: 100 }
/** https://docs.peopledatalabs.com/docs/usage-limits, read in November 2026: without parameters it is a free 400 that tells the credits. */
const BALANCE = {
  path: ENRICH_PATH,
  statuses: [400, 402],
  remaining: (_: Body, reply: VendorReply) => remaining(reply),
}

/**
 * Some of what the Person Enrichment API knows a person by; `params` may add more. `profile` is the URL of a profile, such
 * as linkedin.com/in/someone; a `name` needs a company, a school or a place.
 */
export type PeopleDataLabsIdentity = Identity<
  'email' | 'profile' | 'phone' | 'name' | 'company' | 'location' | 'pdl_id'
>

export interface PeopleDataLabsOptions<R extends object = AnyRecord> extends PresetOptions<R, PeopleDataLabsIdentity> {
  /** Records in one bulk call, 1 to 100. Default 80: as many as PDL itself advises. */
  readonly recordsPerCall?: number
  /**
   * The column with PDL's own ids: such records are asked for by Person Retrieve, which charges only for those that have
   * changed since the key last saw them. A record without an id is asked for alone, by `identify`. Not every contract has
   * it: `spenddown try` shows whether yours does.
   */
  readonly retrieve?: string
}

/**
 * https://docs.peopledatalabs.com/docs/reference-person-retrieve-api and
 * https://docs.peopledatalabs.com/docs/archived-reference-person-retrieve-api-archived, read in November 2026: by id, 1 to
 * 100 in a call; only what was updated since its last access is charged.
 */
const RETRIEVE_PATH = '/v5/person/retrieve'

/** PDL takes 100 and advises 80 (https://docs.peopledatalabs.com/docs/bulk-requests, read in August 2026). */
const ADVISED_IN_BULK = 80

/**
 * People Data Labs, Person Enrichment. Its key: `PDL_API_KEY`. A person is known by the columns `email` and
 * `linkedin_url`, unless `identify` says otherwise. `data` is PDL's person. The balance is in the headers of every reply, as
 * the credits that were bought, without what would go over the contract; it is asked for by a lookup without parameters.
 * An account that is answered without these headers needs `credits: { balance: undefined, … }`.
 */
export function peopleDataLabs<R extends object = AnyRecord>(options: PeopleDataLabsOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.PDL_API_KEY, params = {}, limits, credits } = options
  const { recordsPerCall = ADVISED_IN_BULK, retrieve } = options
  const idOf = (record: R) => (retrieve === undefined ? null : (record as AnyRecord)[retrieve])
  const identity = identifier(options.identify, ({ email, linkedin_url }) => ({ email, profile: linkedin_url }))
  return {
    name: 'people-data-labs',
    baseUrl: BASE_URL,
    headers: { 'X-Api-Key': apiKey },
    single: {
      request: (record) => {
        const id = idOf(record)
        if (id) return { path: `${RETRIEVE_PATH}/${encodeURIComponent(id)}`, query: params }
        return { path: ENRICH_PATH, query: { ...params, ...identity(record) } }
      },
      data: (body) => body.data,
    },
    bulk: {
      maxRecords: Math.min(recordsPerCall, MOST_IN_BULK),
      request: (records) => {
        const requests = records.map((record, at) => ({
          metadata: { reference: referenceOf(record, at) },
          ...(retrieve === undefined ? { params: { ...params, ...identity(record) } } : { id: known(idOf(record)) }),
        }))
        return retrieve === undefined
          ? { method: 'POST', path: BULK_PATH, json: { requests } }
          : { method: 'POST', path: `${RETRIEVE_PATH}/bulk`, query: params, json: { requests } }
      },
      // A list; the documents show Retrieve's also as `data`.
      results: (body, records) =>
        byReference(body.data ?? body, records, ({ metadata }) => metadata?.reference, resultOf),
      key: referenceOf,
    },
    limits: { ...LIMITS, ...limits },
    credits: {
      cost: retrieve === undefined ? COST : { ...COST, per: 'change' },
      charged: (reply) => reply.headers['x-call-credits-spent'] ?? (retrieve === undefined ? undefined : billed(reply)),
      remaining,
      balance: BALANCE,
      ...credits,
    },
  }
}

/**
 * @throws TypeError where there is none: the record is asked for alone then
 */
function known(id: string | null | undefined): string {
  if (!id) throw new TypeError('it has no id for Person Retrieve')
  return id
}

/**
 * Each part of Retrieve's replies says whether it was `billed` (PDL's OpenAPI file, github.com/peopledatalabs/openAPI-
 * specifications, read in November 2026); one that was not found says nothing, and is free.
 */
function billed({ status, body }: VendorReply): number | undefined {
  if (status !== 200) return undefined
  const parts: readonly Body[] = [body?.data?.id === undefined ? (body?.data ?? body) : body].flat()
  const isSaid = parts.every((part) => typeof part?.billed === 'boolean' || (part?.status ?? 200) !== 200)
  return isSaid ? parts.filter((part) => part.billed === true).length : undefined
}

/** What was sent as `metadata` comes back with each result: https://docs.peopledatalabs.com/docs/bulk-requests. */
function resultOf({ status, data }: Body): BulkResult {
  return { status, data }
}

/**
 * https://docs.peopledatalabs.com/docs/usage-limits, read in August 2026: `x-totallimit-remaining` is the sum of what
 * was bought and of what may be overdrawn. Only the former is there to be spent; where neither part is named, the sum
 * tells nothing.
 */
function remaining({ headers }: VendorReply): ReportedCredits {
  const purchased = headers['x-totallimit-purchased-remaining']
  if (purchased !== undefined) return purchased
  const [total, overages] = [headers['x-totallimit-remaining'], headers['x-totallimit-overages-remaining']]
  return total === undefined || overages === undefined ? undefined : Number(total) - Number(overages)
}
