import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord } from '../config/options/vendor-types.ts'
import { type Identity, identifier, outcomeBy, type PresetOptions } from './preset.ts'

/** https://enrichlayer.com/docs/knowledge-base/getting-started/quickstart, read in November 2026. */
const BASE_URL = 'https://enrichlayer.com'
const PROFILE_PATH = '/api/v2/profile'
/** https://enrichlayer.com/docs/knowledge-base/billing/understanding-credits, read in November 2026; free. */
const BALANCE_PATH = '/api/v2/credit-balance'
/** The same page: a profile is 1, what is asked for beside it is more; a 404 is free. */
const COST = { per: 'match', credits: 1 } as const
/** https://enrichlayer.com/blog/how-to-maximize-throughput-on-proxycurl, read in November 2026: a regular account's. */
const LIMITS = { perMinute: 300 }

/** https://enrichlayer.com/docs/knowledge-base/api-usage/handling-errors, read in November 2026; others mean the usual. */
const OUTCOMES = { 403: 'credits-exhausted' } as const

/** What the Person Profile endpoint knows a person by: one of these. */
export type EnrichLayerIdentity = Identity<'profile_url' | 'twitter_profile_url' | 'facebook_profile_url'>

export type EnrichLayerOptions<R extends object = AnyRecord> = PresetOptions<R, EnrichLayerIdentity>

/**
 * Enrich Layer, Person Profile. Its key: `ENRICH_LAYER_API_KEY`. A person is known by the column `linkedin_url`, unless
 * `identify` says otherwise. `data` is the profile. One record a call; the balance is asked for.
 *
 * A reply does not say what it cost: with `params` that cost more (`extra`, `skills`, `use_cache: 'if-recent'`, …) put
 * the most that a profile may cost then into `credits.cost`.
 */
export function enrichLayer<R extends object = AnyRecord>(options: EnrichLayerOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.ENRICH_LAYER_API_KEY, params = {}, limits, credits } = options
  const identity = identifier(options.identify, ({ linkedin_url }) => ({ profile_url: linkedin_url }))
  return {
    name: 'enrich-layer',
    baseUrl: BASE_URL,
    headers: { Authorization: apiKey === undefined ? undefined : `Bearer ${apiKey}` },
    single: { request: (record) => ({ path: PROFILE_PATH, query: { ...params, ...identity(record) } }) },
    outcome: outcomeBy(OUTCOMES),
    limits: { ...LIMITS, ...limits },
    credits: {
      cost: COST,
      balance: { path: BALANCE_PATH, remaining: (body) => body.credit_balance },
      ...credits,
    },
  }
}
