import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord } from '../config/options/vendor-types.ts'
import { identifier, type PresetOptions } from './preset.ts'

/** https://docs.coresignal.com/employee-api, read in November 2026. */
const BASE_URL = 'https://api.coresignal.com'

/**
 * Credits a record, by product: 20 and 10 on https://docs.coresignal.com/pricing/pricing, as api-evangelist/coresignal
 * quotes it in August 2026; https://docs.coresignal.com/api-introduction/credits had 2 and 1 before, and so may a
 * contract: that is for `credits.cost`. Too high a figure stops a run early, too low a one overspends.
 */
const PRODUCTS = {
  multi_source: { path: '/cdapi/v2/employee_multi_source/collect/', credits: 20 },
  clean: { path: '/cdapi/v2/employee_clean/collect/', credits: 10 },
  base: { path: '/cdapi/v2/employee_base/collect/', credits: 10 },
} as const

/**
 * https://docs.coresignal.com/api-introduction/rate-limits, read in November 2026: 5, 10, 20, 50 or 100 a second, by plan.
 * These are the smallest plan's.
 */
const LIMITS = { perSecond: 5 }

/** What a person is known by: Coresignal's number, or the URL or the last part of the URL of a profile. */
export interface CoresignalIdentity {
  readonly id: string | number | bigint | null | undefined
}

export interface CoresignalOptions<R extends object = AnyRecord> extends PresetOptions<R, CoresignalIdentity> {
  /** Which of the employee APIs. Default 'multi_source'. */
  readonly product?: keyof typeof PRODUCTS
}

/**
 * Coresignal, collecting employees by id. Its key: `CORESIGNAL_API_KEY`. A person is known by the column
 * `coresignal_id`, or the name in `linkedin_url` where that is empty, unless `identify` says otherwise. `data` is
 * Coresignal's employee. One record a call. The balance is in every reply that is paid for.
 */
export function coresignal<R extends object = AnyRecord>(options: CoresignalOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.CORESIGNAL_API_KEY, params = {}, limits, credits } = options
  const product = PRODUCTS[options.product ?? 'multi_source']
  const identity = identifier(options.identify, ({ coresignal_id, linkedin_url }) => ({
    id: coresignal_id ?? shortName(linkedin_url),
  }))
  return {
    name: 'coresignal',
    baseUrl: BASE_URL,
    headers: { apikey: apiKey },
    single: {
      request: (record) => ({
        path: `${product.path}${encodeURIComponent(String(identity(record).id))}`,
        query: params,
      }),
    },
    limits: { ...LIMITS, ...limits },
    credits: {
      // Only a 200 is charged; https://docs.coresignal.com/api-introduction/response-codes, read in August 2026.
      cost: { per: 'match', credits: product.credits },
      remaining: ({ headers }) => headers['x-credits-remaining'],
      ...credits,
    },
  }
}

/** The name in a profile's URL, linkedin.com/in/someone, is found more surely than the URL; other URLs stay as they are. */
function shortName(url: unknown): string | null {
  return typeof url === 'string' ? (/\/in\/([^/?#]+)/.exec(url)?.[1] ?? url) : null
}
