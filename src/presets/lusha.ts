import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, BulkBody, BulkResult, VendorOutcome } from '../config/options/vendor-types.ts'
import { byReference, type Identity, identifier, outcomeBy, type PresetOptions, referenceOf } from './preset.ts'

/** https://docs.lusha.com/enrichment/search-and-enrich-contacts, read in November 2026: 1 to 100 contacts a call. */
const BASE_URL = 'https://api.lusha.com'
const ENRICH_PATH = '/v3/contacts/search-and-enrich'
const MOST_IN_BULK = 100
/** https://docs.lusha.com/account/usage, read in August 2026: free, and at most five times a minute. */
const USAGE_PATH = '/v3/account/usage'
const USAGE_PER_MINUTE = 5
/** https://docs.lusha.com/user-guide/lushas-api/all-there-is-to-know-about-lushas-api, read in November 2026: Premium, Scale. */
const LIMITS = { perMinute: 300 }

/**
 * https://info.lusha.com/en/articles/637743-how-credits-are-counted, read in November 2026: 1 for an e-mail address, 5 for
 * a phone, and for the search 1 a result, in bulk 1 for up to 25 of them; a miss is free
 * (https://docs.lusha.com/faq/billing, read in November 2026). The figures only decide how much is reserved: what is
 * charged stands in each reply.
 */
const CREDITS = { search: 1, emails: 1, phones: 5 }

/** https://docs.lusha.com/error-codes, read in August 2026; others mean the usual. */
const OUTCOMES = {
  // Every contact is found or not in a 200: a 404 is a wrong URL.
  404: 'credentials-refused',
  // Not a standard status: "client closed request", Lusha's timeout.
  499: 'try-again',
} as const

/** Of one contact; https://docs.lusha.com/enrichment/search-and-enrich-contacts, read in November 2026. */
const ITEM_OUTCOMES: Readonly<Record<string, VendorOutcome>> = {
  NOT_FOUND: 'not-found',
  COMPLIANCE_RESTRICTED: 'give-up',
  ENRICH_FAILED: 'try-again',
}

/** What a contact is known by: the id, the URL, the address, or the full name with a company. */
export type LushaIdentity = Identity<
  'id' | 'linkedinUrl' | 'email' | 'firstName' | 'lastName' | 'companyName' | 'companyDomain'
>

export interface LushaOptions<R extends object = AnyRecord> extends PresetOptions<R, LushaIdentity> {
  /** What is unlocked and paid for. Default e-mail addresses alone; Lusha's own is both. */
  readonly reveal?: readonly ('emails' | 'phones')[]
}

/**
 * Lusha, version 3: Search and Enrich Contacts. Its key: `LUSHA_API_KEY`. A contact is known by the column
 * `linkedin_url`, or `email` where that is empty, unless `identify` says otherwise. `data` is Lusha's contact. Where the
 * account has the Data Waterfall, what Lusha lacks is bought elsewhere at a price of its own: put the most that a contact
 * may cost then into `credits.cost`.
 */
export function lusha<R extends object = AnyRecord>(options: LushaOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.LUSHA_API_KEY, params = {}, limits, credits, reveal = ['emails'] } = options
  const identity = identifier(options.identify, ({ email, linkedin_url }) =>
    linkedin_url ? { linkedinUrl: linkedin_url } : { linkedinUrl: null, email },
  )
  const contactOf = (record: R, at: number) => ({ clientReferenceId: referenceOf(record, at), ...identity(record) })
  return {
    name: 'lusha',
    baseUrl: BASE_URL,
    headers: { api_key: apiKey },
    bulk: {
      maxRecords: MOST_IN_BULK,
      request: (records) => ({
        method: 'POST',
        path: ENRICH_PATH,
        json: { ...params, contacts: records.map(contactOf), reveal },
      }),
      results,
      key: referenceOf,
    },
    outcome: outcomeBy(OUTCOMES),
    limits: { ...LIMITS, ...limits },
    credits: {
      cost: { per: 'match', credits: reveal.reduce((sum, field) => sum + CREDITS[field], CREDITS.search) },
      charged: ({ body }) => body?.billing?.creditsCharged,
      balance: { path: USAGE_PATH, remaining: (body) => body.credits.remaining, perMinute: USAGE_PER_MINUTE },
      ...credits,
    },
  }
}

/** Lusha's pages contradict each other on whether this endpoint echoes the reference that was sent with a contact. */
function results(body: BulkBody, records: readonly unknown[]): BulkResult[] {
  return byReference(body.results, records, ({ clientReferenceId }) => clientReferenceId, resultOf)
}

function resultOf(result: Body): BulkResult {
  const { error } = result
  if (error === undefined || error === null) return { status: 200, data: result }
  return { outcome: ITEM_OUTCOMES[error.code] ?? 'give-up', data: error }
}
