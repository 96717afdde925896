import { type Dialect, lookupByQuery, type Result, usual } from './dialect.ts'

/** https://enrichlayer.com/docs/knowledge-base/api-usage/handling-errors, read in November 2026. */
const names: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

/** As https://enrichlayer.com/docs has it, read in August to November 2026: 403 is out of credits. */
export const enrichLayerDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['profile_url', 'twitter_profile_url', 'facebook_profile_url'],
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 403, body: errorBody(403, 'You have run out of credits.') },
  },
  routes: [lookupByQuery('/api/v2/profile'), { method: 'GET', path: '/api/v2/credit-balance', does: 'account' }],
  apiKey: (header) => /^Bearer (.+)$/.exec(header('authorization') ?? '')?.[1],
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  account: ({ remaining }) => ({ credit_balance: remaining }),
  error: ({ status, message }) => errorBody(status, message),
}

function bodyOf({ status, person }: Result): object {
  if (status !== 200) return errorBody(status, 'Person profile was not found.')
  if (person === undefined) return {}
  return {
    full_name: person.full_name,
    occupation: `${person.job_title} at ${person.job_company_name}`,
    city: person.location_locality,
    country: person.location_country,
    experiences: [{ company: person.job_company_name, title: person.job_title, ends_at: null }],
  }
}

function errorBody(code: number, description: string): object {
  return { code, name: names[code] ?? 'Error', description }
}
