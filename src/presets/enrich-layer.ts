import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord } from '../config/options/vendor-types.ts'
import { type Identity, identifier, outcomeBy, type PresetOptions } from './preset.ts'

/** https://enrichlayer.com/docs/knowledge-base/getting-started/quickstart, read in November 2026. */
const BASE_URL = 'https://enrichlayer.com'
const PROFILE_PATH = '/api/v2/profile'
/** https://enrichlayer.com/docs/knowledge-base/billing/understanding-credits, read in November 2026; free. */
const BALANCE_PATH = '/api/v2/credit-balance'
/**
 * The same page, and https://enrichlayer.com/docs/guides/cache-behavior: a profile is 1, each part that is asked for beside it
 * 1 more, as is a profile that must not be older than 29 days, and 9 more one that is looked up anew; a 404 is free. What was
 * charged stands in each reply.
 */
const CREDITS_MORE: Readonly<Record<string, number>> = { include: 1, 'if-recent': 1, force: 9 }
/** In each reply, as public clients read it in November 2026 (github.com/butterbase-ai). */
const COST_HEADER = 'x-enrichlayer-credit-cost'
/** Where a call names no rule for the cache, the account's own counts, and it may cost 2. */
const CHEAPEST_CACHE = { use_cache: 'if-present' }
/** https://enrichlayer.com/blog/how-to-maximize-throughput-on-proxycurl, read in November 2026; a trial's: the quickstart. */
const LIMITS = { regular: { perMinute: 300 }, trial: { perMinute: 2 } } as const
/** The quickstart advises so long. */
const TIMEOUT_MS = 60_000

/** https://enrichlayer.com/docs/knowledge-base/api-usage/handling-errors, read in November 2026; others mean the usual. */
const OUTCOMES = { 403: 'credits-exhausted' } as const

/** What the Person Profile endpoint knows a person by: one of these. */
export type EnrichLayerIdentity = Identity<'profile_url' | 'twitter_profile_url' | 'facebook_profile_url'>

export interface EnrichLayerOptions<R extends object = AnyRecord> extends PresetOptions<R, EnrichLayerIdentity> {
  /** Which published limits apply. Default 'regular'. */
  readonly plan?: keyof typeof LIMITS
}

/**
 * Enrich Layer, Person Profile. Its key: `ENRICH_LAYER_API_KEY`. A person is known by the column `linkedin_url`, unless
 * `identify` says otherwise. `data` is the profile. One record a call; the balance is asked for.
 *
 * A profile from the cache may be old, and costs 1. With `params: { use_cache: 'if-recent' }` it is at most 29 days old,
 * and costs 2; `live_fetch: 'force'` looks it up anew, and costs 10. What is found more than once (`personal_email`, `personal_contact_number`) is charged each time: put the
 * most that a profile may cost then into `credits.cost`.
 */
export function enrichLayer<R extends object = AnyRecord>(options: EnrichLayerOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.ENRICH_LAYER_API_KEY, limits, credits, plan = 'regular' } = options
  const params: Readonly<Record<string, unknown>> = { ...CHEAPEST_CACHE, ...options.params }
  const more = Object.values(params).reduce((sum: number, value) => sum + (CREDITS_MORE[String(value)] ?? 0), 0)
  const identity = identifier(options.identify, ({ linkedin_url }) => ({ profile_url: linkedin_url }))
  return {
    name: 'enrich-layer',
    baseUrl: BASE_URL,
    headers: { Authorization: apiKey === undefined ? undefined : `Bearer ${apiKey}` },
    single: { request: (record) => ({ path: PROFILE_PATH, query: { ...params, ...identity(record) } }) },
    outcome: outcomeBy(OUTCOMES),
    timeoutMs: TIMEOUT_MS,
    limits: { ...LIMITS[plan], ...limits },
    credits: {
      cost: { per: 'match', credits: 1 + more },
      charged: ({ headers }) => headers[COST_HEADER],
      balance: { path: BALANCE_PATH, remaining: (body) => body.credit_balance },
      ...credits,
    },
  }
}
