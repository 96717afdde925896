import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, VendorOutcome } from '../config/options/vendor-types.ts'
import { contractTerms, type Identity, identifier, type PresetOptions } from './preset.ts'

/** https://prospeo.io/api-docs/enrich-person, read in November 2026. */
const BASE_URL = 'https://api.prospeo.io'
const ENRICH_PATH = '/enrich-person'
/** https://github.com/prospeo-v2/prospeo-mcp-server, the vendor's own, read in November 2026: with GET; free. */
const ACCOUNT_PATH = '/account-information'
/** https://prospeo.io/api-docs, pricing, read in November 2026: 1 a match, 10 with a mobile number that is found. */
const CREDITS = { match: 1, mobile: 10 }
/**
 * https://help.prospeo.io/en/article/api-rate-limits-19vqf50, read in November 2026. A bulk call counts as often as it has
 * records, so that it saves nothing, and a lost reply would leave more in doubt: one record a call.
 */
const LIMITS = {
  starter: { perSecond: 5, perMinute: 300, perDay: 2_000 },
  growth: { perSecond: 5, perMinute: 300, perDay: 5_000 },
  pro: { perSecond: 30, perMinute: 1_800, perDay: 500_000 },
} as const

/** All of them come with the status 400; the same pages. */
const OUTCOMES: Readonly<Record<string, VendorOutcome>> = {
  NO_MATCH: 'not-found',
  INSUFFICIENT_CREDITS: 'credits-exhausted',
  INVALID_DATAPOINTS: 'give-up',
  INVALID_REQUEST: 'give-up',
  INTERNAL_ERROR: 'try-again',
  RATE_LIMITED: 'throttled',
  INVALID_API_KEY: 'credentials-refused',
  ACCOUNT_RESTRICTED: 'credentials-refused',
}

/** What a person is known by. */
export type ProspeoIdentity = Identity<
  | 'person_id'
  | 'linkedin_url'
  | 'email'
  | 'first_name'
  | 'last_name'
  | 'full_name'
  | 'company_name'
  | 'company_website'
  | 'company_linkedin_url'
>

export interface ProspeoOptions<R extends object = AnyRecord> extends PresetOptions<R, ProspeoIdentity> {
  /** Which published limits apply. Default 'starter', the lowest. */
  readonly plan?: keyof typeof LIMITS
}

/**
 * Prospeo, Enrich Person. Its key: `PROSPEO_API_KEY`. A person is known by the columns `linkedin_url` and `email`, unless
 * `identify` says otherwise. `data` is Prospeo's person, with its `company`. With `params: { enrich_mobile: true }`, or
 * `only_verified_mobile`, a match may cost 10.
 */
export function prospeo<R extends object = AnyRecord>(options: ProspeoOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.PROSPEO_API_KEY, params = {}, limits, credits, plan = 'starter' } = options
  // The one implies the other: https://prospeo.io/api-docs/enrich-person, read in November 2026.
  const asksMobile = Boolean(params.enrich_mobile || params.only_verified_mobile)
  const identity = identifier(options.identify, ({ linkedin_url, email }) => ({ linkedin_url, email }))
  return {
    name: 'prospeo',
    baseUrl: BASE_URL,
    headers: { 'X-KEY': apiKey },
    single: {
      request: (record) => ({ method: 'POST', path: ENRICH_PATH, json: { ...params, data: identity(record) } }),
      data: ({ person, company }) => ({
        ...person,
        email: revealed(person?.email),
        mobile: revealed(person?.mobile),
        company,
      }),
    },
    outcome: ({ body }) => OUTCOMES[body?.error_code],
    limits: { ...LIMITS[plan], ...limits },
    credits: contractTerms<R>(
      {
        cost: {
          per: 'match',
          credits: (_, person) => (asksMobile && person?.mobile?.revealed ? CREDITS.mobile : CREDITS.match),
          most: asksMobile ? CREDITS.mobile : CREDITS.match,
        },
        // A person who was paid for before is free, and the reply says so.
        charged: ({ body }) => (body?.free_enrichment === true ? 0 : undefined),
        balance: { path: ACCOUNT_PATH, remaining: (body) => body.response.remaining_credits },
        cycle: { resetsAt: renewal },
      },
      credits,
    ),
  }
}

/** What is not revealed is masked: it must not take the place of what is known. */
function revealed(value: Body): Body {
  return value?.revealed === false ? undefined : value
}

/** "2026-12-18 20:52:28+00:00" is ISO 8601 but for the space. */
function renewal(body: Body): string | undefined {
  return body?.response?.next_quota_renewal_date?.replace(' ', 'T')
}
