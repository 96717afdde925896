import type { Asked, Dialect, DialectBehaviour, DialectRequest, Result } from './dialect.ts'
import { headerList, Refusal, rounded, usual } from './dialect.ts'

const PROFILES = ['profile_url', 'twitter_profile_url', 'facebook_profile_url']

/** A credit more each where it is `include` and there is something: …/docs/api/v2/people-api/person-profile. */
const EXTRAS = [
  'extra',
  'github_profile_id',
  'facebook_profile_id',
  'twitter_profile_id',
  'personal_contact_number',
  'personal_email',
]
/** A forced look at the source: …/docs/guides/cache-behavior. */
const FORCED = 9

/**
 * https://enrichlayer.com/docs/guides/errors, read in November 2026. The shape of a 401 was seen in June 2026; that the
 * others have it too is in doubt.
 */
const errors: Record<number, readonly [name: string, description: string]> = {
  400: ['Bad Request', 'Invalid parameters provided'],
  401: ['Unauthorized', 'Invalid API key'],
  403: ['Forbidden', 'Not enough credits'],
  404: ['Not Found', 'Person profile could not be found'],
  429: ['Too Many Requests', 'Rate limited. Please retry'],
  500: ['Internal Server Error', 'There is an error with our API'],
  503: ['Service Unavailable', 'Enrichment failed, please retry'],
}

/**
 * Enrich Layer's version 2, https://enrichlayer.com/docs, read in November 2026. Not spoken: version 3 (GET /api/v3/person,
 * …/docs/knowledge-base/api-usage/person-api-v3), of whose replies nothing was found. The vendor contradicts itself: one page
 * calls a repeat within the cache free (…/billing/understanding-credits), the guides charge it; it is charged here. A 403 may
 * also be a limit of the plan (…/api-usage/handling-errors), in words that were not found.
 */
export const enrichLayerDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: PROFILES,
    // A credit a profile, misses and failures are free.
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 403, body: errorBody(403) },
  },
  variants: {
    'fresh-by-default': 'Data Freshness is on in the dashboard: without use_cache a profile costs one credit more',
  },
  routes: [
    { method: 'GET', path: '/api/v2/profile', does: 'single', asked },
    // …/docs/api/v2/meta-api/view-credit-balance; free.
    {
      method: 'GET',
      path: '/api/v2/credit-balance',
      does: 'account',
      tells: ({ remaining }) => ({ credit_balance: remaining }),
    },
  ],
  apiKey: (header) => /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1],
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  // Every reply says what it cost, seen in June 2026; the documents do not name the header. Without a key, in doubt.
  headers: ({ charged }) => headerList({ 'x-enrichlayer-credit-cost': charged }),
  errorHeaders: ({ charged }, status) => (status === 401 ? [] : headerList({ 'x-enrichlayer-credit-cost': charged })),
  error: ({ status }) => errorBody(status),
}

/** What a profile costs, the request decides, and the account's rule where it says nothing. */
function asked({ query }: DialectRequest, { variants, cost }: DialectBehaviour): Asked {
  const given = PROFILES.flatMap((name) => query.get(name) || [])
  const [key] = given
  if (key === undefined || given.length > 1) {
    const invalid_fields = { profile_url: `Give one of ${PROFILES.join(', ')}` }
    throw new Refusal(400, { error: 'Invalid input parameters', invalid_fields })
  }
  const cache = query.get('use_cache') ?? (variants.includes('fresh-by-default') ? 'if-recent' : 'if-present')
  const extras = EXTRAS.filter((name) => query.get(name) === 'include').length
  const forced = query.get('live_fetch') === 'force' ? FORCED : 0
  return { keys: [key], credits: rounded(cost.credits * (1 + (cache === 'if-recent' ? 1 : 0) + extras + forced)) }
}

function bodyOf({ status, person }: Result): object {
  if (status !== 200) return errorBody(status)
  if (person === undefined) return {}
  return {
    full_name: person.full_name,
    headline: person.job_title,
    occupation: `${person.job_title} at ${person.job_company_name}`,
    city: person.location_locality,
    country: person.location_country,
    experiences: [{ company: person.job_company_name, title: person.job_title, ends_at: null }],
    // help.enrichlayer.com/en/articles/13762733: when the profile was last looked at.
    meta: { thin_profile: false, last_updated: '2026-04-23T11:34:30Z' },
  }
}

function errorBody(code: number): object {
  const [name, description] = errors[code] ?? ['Error', 'The request failed']
  return { code, description, name }
}
