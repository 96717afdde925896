import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, VendorReply } from '../config/options/vendor-types.ts'
import { contractTerms, type Identity, identifier, type PresetOptions } from './preset.ts'

/** https://docs.apollo.io/reference/people-enrichment, read in August 2026: parameters of one person go in the query. */
const BASE_URL = 'https://api.apollo.io'
const MATCH_PATH = '/api/v1/people/match'
/** https://docs.apollo.io/reference/bulk-people-enrichment, read in November 2026: at most ten, as `details`. */
const BULK_PATH = '/api/v1/people/bulk_match'
const MOST_IN_BULK = 10
/**
 * https://docs.apollo.io/reference/rate-limits, of July 2026, read in November 2026: for single and bulk calls alike. Of the
 * free plan it has 50 a minute, where older pages have 20 for bulk calls.
 */
const LIMITS = { paid: { perMinute: 1_000 }, free: { perMinute: 20, perHour: 200, perDay: 600 } } as const
/** Apollo's OpenAPI file (github.com/api-evangelist/apollo-io), read in November 2026; asking is free. */
const BALANCES = {
  team: {
    request: { method: 'POST', path: '/api/v1/usage_stats/credit_usage_stats' },
    remaining: (body: Body) => body.credit_usage_stats.lead_credit.left_over,
  },
  user: {
    request: { path: '/api/v1/users/api_profile', query: { include_credit_usage: true } },
    remaining: ofUser,
  },
} as const
/**
 * What a 422 says that is out of credits, as public clients quote it in September 2026 (github.com, "REAL_CREDIT_BODY");
 * older replies have the sentence alone. Any other 422 is about the request.
 */
const EXHAUSTED_CODE = 'BILLING.LIMIT.CREDITS_EXHAUSTED'
const EXHAUSTED_WORDS = /insufficient credits/i
/** The same page: 1 credit where anything is found, 8 more where a mobile number is. */
const CREDITS_A_MATCH = 1
const CREDITS_A_MOBILE = 8

/** Apollo's OpenAPI file: what other vendors charge then is not in the reply, and may be charged for a miss. */
const WATERFALL =
  'apollo: with waterfall enrichment the replies do not say what a person costs. Say the most that one may cost, found or not: `credits: { cost: { per: "record", credits: … } }`'

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
  /** Which published limits apply. Default 'paid'. */
  readonly plan?: keyof typeof LIMITS
  /**
   * Whose credits count: the team's, or those of the key's user, where the admin gives each a share. Default 'team'. The key
   * must be allowed to ask for them.
   */
  readonly balance?: keyof typeof BALANCES
}

/**
 * Apollo, People Enrichment. Its key: `APOLLO_API_KEY`. A person is known by the columns `email` and `linkedin_url`,
 * unless `identify` says otherwise. `data` is Apollo's person. The team's balance is asked for, and when its cycle ends; a key
 * that may not ask needs `credits: { balance: undefined, allotment: … }`.
 */
export function apollo<R extends object = AnyRecord>(options: ApolloOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.APOLLO_API_KEY, params = {}, limits, credits, plan = 'paid', balance = 'team' } = options
  if ((params.run_waterfall_email || params.run_waterfall_phone) && credits?.cost === undefined)
    throw new TypeError(WATERFALL)
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
      if (isOutOfCredits(reply)) return 'credits-exhausted'
      // A person who was not found comes as a 200 with null.
      return reply.status === 200 && reply.body?.person === null ? 'not-found' : undefined
    },
    limits: { ...LIMITS[plan], ...limits },
    credits: contractTerms<R>(
      {
        cost: { per: 'match', credits: CREDITS_A_MATCH + (params.reveal_phone_number ? CREDITS_A_MOBILE : 0) },
        charged: ({ body }) => body?.credits_consumed,
        // A day such as "2026-09-18", as the same clients quote it; older replies do not have it.
        backAt: (body) => body?.error_details?.context?.next_billing_date?.value,
        balance: BALANCES[balance],
        ...(balance === 'team' && { cycle: { resetsAt: (body: Body) => body?.current_credit_cycle?.end_date } }),
      },
      credits,
    ),
  }
}

/** Its status is 422, and was 402 in places. */
function isOutOfCredits({ status, body }: VendorReply): boolean {
  if (status < 400) return false
  const { error, error_details: details } = Object(body)
  return details?.code === EXHAUSTED_CODE || (typeof error === 'string' && EXHAUSTED_WORDS.test(error.slice(0, 1_000)))
}

/**
 * Accounts keep the one or the other up to date, so the lower counts: what was granted less what was used, or what is said
 * to remain. In floating point 120.3 − 0.1 is not 120.2.
 */
function ofUser(body: Body): number {
  const { effective_num_lead_credits: granted, total_unified_credits_used: used, num_credits_remaining: left } = body
  return Math.min(Number((granted - used).toFixed(6)), left ?? Number.POSITIVE_INFINITY)
}
