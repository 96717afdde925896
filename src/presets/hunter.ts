import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body } from '../config/options/vendor-types.ts'
import { contractTerms, type Identity, identifier, outcomeBy, type PresetOptions } from './preset.ts'

/** https://hunter.io/api-documentation/v2#email-enrichment, read in August 2026. */
const BASE_URL = 'https://api.hunter.io'
const FIND_PATH = '/v2/people/find'
/** https://hunter.io/api-documentation/v2#account, read in August 2026. Asking is free. */
const ACCOUNT_PATH = '/v2/account'
/** https://hunter.io/api-documentation/v2, read in August 2026: 15 a second and 500 a minute for enrichment. */
const LIMITS = { perSecond: 15, perMinute: 500 }

/**
 * https://help.hunter.io/en/articles/1911617-how-do-credits-work-in-hunter, read in November 2026: an enriched e-mail
 * address costs 0.2 credits on All-in-one plans, and one search credit on Data Platform plans. Misses are free. So
 * says Hunter's own plug-in, too (github.com/hunter-io/cursor-plugin, read in November 2026).
 */
const PLANS = {
  'all-in-one': { credits: 0.2, counter: 'credits' },
  'data-platform': { credits: 1, counter: 'searches' },
} as const

/** https://hunter.io/api-documentation/v2#errors, read in August 2026: too fast, and out of quota; others mean the usual. */
const OUTCOMES = {
  403: 'throttled',
  429: 'credits-exhausted',
} as const

/** What Email Enrichment knows a person by; `linkedin_handle` is the last part of a profile's URL. */
export type HunterIdentity = Identity<'email' | 'linkedin_handle'>

export interface HunterOptions<R extends object = AnyRecord> extends PresetOptions<R, HunterIdentity> {
  /**
   * Which of Hunter's two price lists the contract is on. Default 'all-in-one', whose plans have one bucket of credits. The
   * account of the other has none there, so that its balance cannot be read, and nothing is spent.
   */
  readonly plan?: keyof typeof PLANS
}

/**
 * Hunter, Email Enrichment. Its key: `HUNTER_API_KEY`. A person is known by the column `email`, unless `identify` says
 * otherwise. `data` is Hunter's person. One record a call; the balance is asked for.
 */
export function hunter<R extends object = AnyRecord>(options: HunterOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.HUNTER_API_KEY, params = {}, limits, credits, plan = 'all-in-one' } = options
  const identity = identifier(options.identify, ({ email }) => ({ email }))
  const terms = PLANS[plan]
  return {
    name: 'hunter',
    baseUrl: BASE_URL,
    headers: { 'X-API-KEY': apiKey },
    single: {
      request: (record) => ({ path: FIND_PATH, query: { ...params, ...identity(record) } }),
      data: (body) => body.data,
    },
    outcome: outcomeBy(OUTCOMES),
    limits: { ...LIMITS, ...limits },
    credits: contractTerms<R>(
      {
        cost: { per: 'match', credits: terms.credits },
        balance: { path: ACCOUNT_PATH, remaining: (body) => remaining(body, terms.counter) },
        // A day such as "2026-12-01"; where it is missing, the calendar month ends the cycle.
        cycle: { resetsAt: (body) => body?.data?.reset_date },
      },
      credits,
    ),
  }
}

/**
 * `remaining` counts packs too, of which `available − used` shows a part (replies of the API, read in November 2026); older
 * accounts do not have it. In floating point 2.4 − 2.2 is not 0.2.
 */
function remaining(body: Body, counter: 'credits' | 'searches'): number {
  const { remaining, used, available } = body.data.requests[counter]
  return remaining ?? Number((available - used).toFixed(6))
}
