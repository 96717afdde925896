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
 * Some of what the Person Enrichment API knows a person by; `params` may add more. `profile` is the URL of a profile, such
 * as linkedin.com/in/someone; a `name` needs a company, a school or a place.
 */
export type PeopleDataLabsIdentity = Identity<
  'email' | 'profile' | 'phone' | 'name' | 'company' | 'location' | 'pdl_id'
>

export interface PeopleDataLabsOptions<R extends object = AnyRecord> extends PresetOptions<R, PeopleDataLabsIdentity> {
  /** Records in one bulk call, 1 to 100. Default 80: as many as PDL itself advises. */
  readonly recordsPerCall?: number
}

/** PDL takes 100 and advises 80 (https://docs.peopledatalabs.com/docs/bulk-requests, read in August 2026). */
const ADVISED_IN_BULK = 80

/**
 * People Data Labs, Person Enrichment. Its key: `PDL_API_KEY`. A person is known by the columns `email` and
 * `linkedin_url`, unless `identify` says otherwise. `data` is PDL's person. There is no balance endpoint: the balance
 * is in every reply, as the credits that were bought, without what would go over the contract.
 *
 * No rate limit is published but in the account's dashboard: put yours into `limits`.
 */
export function peopleDataLabs<R extends object = AnyRecord>(options: PeopleDataLabsOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.PDL_API_KEY, params = {}, limits = {}, credits } = options
  const { recordsPerCall = ADVISED_IN_BULK } = options
  const identity = identifier(options.identify, ({ email, linkedin_url }) => ({ email, profile: linkedin_url }))
  return {
    name: 'people-data-labs',
    baseUrl: BASE_URL,
    headers: { 'X-Api-Key': apiKey },
    single: {
      request: (record) => ({ path: ENRICH_PATH, query: { ...params, ...identity(record) } }),
      data: (body) => body.data,
    },
    bulk: {
      maxRecords: Math.min(recordsPerCall, MOST_IN_BULK),
      request: (records) => ({
        method: 'POST',
        path: BULK_PATH,
        json: {
          requests: records.map((record, at) => ({
            metadata: { reference: referenceOf(record, at) },
            params: { ...params, ...identity(record) },
          })),
        },
      }),
      results: (body, records) => byReference(body, records, ({ metadata }) => metadata?.reference, resultOf),
      key: referenceOf,
    },
    limits,
    credits: {
      cost: COST,
      charged: ({ headers }) => headers['x-call-credits-spent'],
      remaining,
      ...credits,
    },
  }
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
