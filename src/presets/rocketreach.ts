import type { VendorOptions } from '../config/options/vendor-options.ts'
import type { AnyRecord, Body, VendorOutcome, VendorReply } from '../config/options/vendor-types.ts'
import { type Identity, identifier, type PresetOptions } from './preset.ts'

/** https://docs.rocketreach.co/reference (OpenAPI), read in November 2026: a lookup that is not done at once is asked after. */
const BASE_URL = 'https://api.rocketreach.co/api/v2'
/** Accounts on Universal Credits have endpoints of their own. */
const PATHS = {
  plan: { lookup: '/person/lookup', status: '/person/checkStatus', account: '/account/' },
  universal: {
    lookup: '/universal/person/lookup',
    status: '/universal/person/check_status',
    account: '/universal/account/',
  },
} as const
/** https://docs.rocketreach.co/reference/rate-limits, read in November 2026: of all endpoints; others go by the plan. */
const LIMITS = { perSecond: 10 }
/** The official Python client asks as often. */
const EVERY = '3s'
/** `ids` is a list (the OpenAPI file): each poll counts as a call, and a reply has whole profiles. */
const MOST_IN_POLL = 25
/**
 * https://docs.rocketreach.co/reference/universal-credits-overview, read in November 2026: by what is revealed. On the
 * plans a profile is 1, where anything is found (https://docs.rocketreach.co/reference/faq).
 */
const CREDITS = {
  reveal_professional_email: 2,
  reveal_personal_email: 3,
  reveal_phone: 6,
  reveal_detailed_person_enrichment: 1,
  reveal_healthcare_enrichment: 1,
} as const

/** What a person is known by; `id` is RocketReach's own number. */
export type RocketreachIdentity = Identity<'id' | 'linkedin_url' | 'email' | 'name' | 'current_employer' | 'phone'>

export interface RocketreachOptions<R extends object = AnyRecord> extends PresetOptions<R, RocketreachIdentity> {
  /** Of accounts on one of the plans (Essentials, Pro, Ultimate): what kind of lookup is charged. Default 'standard'. */
  readonly lookupType?: 'standard' | 'premium' | 'bulk' | 'phone' | 'enrich'
  /** Of accounts on Universal Credits: what is revealed, and paid for where it is found. */
  readonly reveal?: readonly (keyof typeof CREDITS)[]
}

/**
 * RocketReach, version 2: person lookups. Its key: `ROCKETREACH_API_KEY`. A person is known by the columns `linkedin_url` and
 * `email`, unless `identify` says otherwise. `data` is RocketReach's profile. One record a call.
 */
export function rocketreach<R extends object = AnyRecord>(options: RocketreachOptions<R> = {}): VendorOptions<R> {
  const { apiKey = process.env.ROCKETREACH_API_KEY, params = {}, limits, credits } = options
  const { lookupType = 'standard', reveal } = options
  const identity = identifier(options.identify, ({ linkedin_url, email }) => ({ linkedin_url, email }))
  const isUniversal = reveal !== undefined
  const paths = PATHS[isUniversal ? 'universal' : 'plan']
  const asked = isUniversal
    ? Object.fromEntries(reveal.map((name) => [name, true]))
    : { lookup_type: lookupType, return_cached_emails: false }
  return {
    name: 'rocketreach',
    baseUrl: BASE_URL,
    headers: { 'Api-Key': apiKey },
    single: {
      request: (record) => ({ path: paths.lookup, query: { ...asked, ...params, ...identity(record) } }),
      data: profileOf,
    },
    async: {
      // Sources disagree on what a lookup that is under way is called; done are these two.
      id: (body) => (isOver(body) ? undefined : body.id),
      poll: (id) => ({ path: paths.status, query: { ids: id } }),
      pollMany: {
        maxJobs: MOST_IN_POLL,
        request: (ids) => ({ path: `${paths.status}?${ids.map((id) => `ids=${encodeURIComponent(id)}`).join('&')}` }),
        jobs: (body: readonly Body[]) => body.map((profile) => ({ id: profile.id, body: profile })),
      },
      state: (body) => (isOver(profileOf(body)) ? 'done' : 'running'),
      every: EVERY,
      within: '15m',
    },
    outcome,
    limits: { ...LIMITS, ...limits },
    credits: {
      cost: {
        per: 'match',
        credits: (_, profile) => priceOf(profile, reveal),
        most: isUniversal ? priceOf(null, reveal) : 1,
      },
      balance: isUniversal
        ? {
            path: paths.account,
            remaining: (body) => body.credit_usage.credits_remaining,
            asOf: (body) => body.credit_usage.last_synced,
          }
        : { path: paths.account, remaining: (body) => remaining(body, lookupType) },
      ...credits,
    },
  }
}

/** What is found is charged; null: all of it. */
function priceOf(profile: Body, reveal: RocketreachOptions['reveal']): number {
  const { emails, phones } = profile ?? {}
  const has = (type: string) => profile === null || emails?.some((email: Body) => email?.type === type)
  const found: Record<keyof typeof CREDITS, boolean> = {
    reveal_professional_email: has('professional'),
    reveal_personal_email: has('personal'),
    reveal_phone: profile === null || phones?.length > 0,
    reveal_detailed_person_enrichment: true,
    reveal_healthcare_enrichment: true,
  }
  if (reveal === undefined) return emails?.length > 0 || phones?.length > 0 ? 1 : 0
  return reveal.reduce((sum, name) => sum + (found[name] ? CREDITS[name] : 0), 0)
}

/** A poll brings a list. */
function profileOf(body: Body): Body {
  return Array.isArray(body) ? body[0] : body
}

function isOver(profile: Body): boolean {
  return profile?.status === 'complete' || profile?.status === 'failed'
}

/** A 403 may be about permissions or about credits, and its words tell. */
function outcome({ status, body }: VendorReply): VendorOutcome | undefined {
  if (status === 403 && /credit/i.test(String(body?.detail ?? body?.message ?? ''))) return 'credits-exhausted'
  return status === 200 && profileOf(body)?.status === 'failed' ? 'not-found' : undefined
}

/** "inf" is no number of credits: such an account needs a budget in figures, and `balance: undefined`. */
function remaining({ credit_usage: usage }: Body, lookupType: string): number | undefined {
  const kinds: readonly Body[] = usage
  const kind = kinds.find(({ credit_type: type }) => type === `${lookupType}_lookup` || type === lookupType)
  return typeof kind?.remaining === 'number' ? kind.remaining : undefined
}
