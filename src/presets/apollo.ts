import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, VendorReply } from '../config/options/vendor-types.ts'
import { type Identity, identifier, type PresetOptions } from './preset.ts'

/** https://docs.apollo.io/reference/people-enrichment, read in August 2026: parameters of one person go in the query. */
const BASE_URL = 'https://api.apollo.io'
const MATCH_PATH = '/api/v1/people/match'
/** https://docs.apollo.io/reference/bulk-people-enrichment, read in November 2026: at most ten, as `details`. */
const BULK_PATH = '/api/v1/people/bulk_match'
const MOST_IN_BULK = 10
/** The same page: 1 credit where anything is found, 8 more where a mobile number is. */
const CREDITS_A_MATCH = 1
const CREDITS_A_MOBILE = 8

/** What People Enrichment knows a person by; the more, the better it finds them. */
export type ApolloIdentity = Identity<
  | 'id'
  | 'email'
  | 'hashed_email'
  | 'linkedin_url'
  | 'name'
  | 'first_name'
  | 'last_name'
  | 'organization_name'
  | 'domain'
>

export interface ApolloOptions<R extends object = AnyRecord> extends PresetOptions<R, ApolloIdentity> {
  /**
   * Whether a reply says that no credits are left, where it is not a 402: how Apollo says so is not among its statuses
   * (https://docs.apollo.io/reference/status-codes, read in August 2026), all of which mean the usual.
   */
  readonly isOutOfCredits?: (reply: VendorReply) => boolean
}

/**
 * Apollo, People Enrichment. Its key: `APOLLO_API_KEY`. A person is known by the columns `email` and `linkedin_url`,
 * unless `identify` says otherwise. `data` is Apollo's person. Its balance cannot be asked for with GET: give
 * `credits.allotment`, or each run a budget in figures. Its rate limits depend on the plan: put yours into `limits`.
 */
export function apollo<R extends object = AnyRecord>(options: ApolloOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.APOLLO_API_KEY, params = {}, limits = {}, credits } = options
  const identity = identifier(options.identify, ({ email, linkedin_url }) => ({ email, linkedin_url }))
  return {
    name: 'apollo',
    baseUrl: BASE_URL,
    headers: { 'x-api-key': apiKey },
    single: {
      request: (record) => ({ method: 'POST', path: MATCH_PATH, query: { ...params, ...identity(record) } }),
      data: (body) => body.person,
    },
    bulk: {
      maxRecords: MOST_IN_BULK,
      request: (records) => ({
        method: 'POST',
        path: BULK_PATH,
        query: params,
        json: { details: records.map(identity) },
      }),
      // In the order of `details`; a miss is null.
      results: ({ matches }) => matches.map((match: unknown) => (match === null ? null : { status: 200, data: match })),
    },
    outcome: (reply) => {
      if (options.isOutOfCredits?.(reply)) return 'credits-exhausted'
      // A person who was not found comes as a 200 with null.
      return reply.status === 200 && reply.body?.person === null ? 'not-found' : undefined
    },
    limits,
    credits: {
      cost: { per: 'match', credits: CREDITS_A_MATCH + (params.reveal_phone_number ? CREDITS_A_MOBILE : 0) },
      charged: ({ body }) => body?.credits_consumed,
      ...credits,
    },
  }
}
