import { type AccountSaid, type Dialect, lookupByQuery, type Result, usual } from './dialect.ts'

/** What this vendor's rules mean by a status: https://hunter.io/api-documentation/v2#errors, read in August 2026. */
const errorIds: Record<number, string> = {
  400: 'wrong_params',
  401: 'authentication_failed',
  403: 'rate_limited',
  404: 'not_found',
  422: 'unprocessable_entity',
  429: 'usage_limit_reached',
  451: 'unavailable_for_legal_reasons',
}

/** As https://hunter.io/api-documentation/v2 has it, read in August 2026: 403 is too fast, 429 is out of quota. */
export const hunterDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['email', 'linkedin_handle'],
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 429, body: errorBody(429, 'You have reached your usage limit.') },
  },
  routes: [lookupByQuery('/v2/people/find'), { method: 'GET', path: '/v2/account', does: 'account' }],
  apiKey: (header, query) => header('x-api-key') ?? query.get('api_key') ?? undefined,
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  account: (account) => ({ data: { requests: { credits: counterOf(account), searches: counterOf(account) } } }),
  error: ({ status, message }) => errorBody(status, message),
  statuses: { too_many_requests: 403, error429: 403 },
}

function bodyOf({ status, person }: Result): object {
  if (status !== 200) return errorBody(status, 'We could not find this person.')
  if (person === undefined) return { data: {}, meta: { params: {} } }
  const data = {
    name: { fullName: person.full_name },
    email: person.key,
    location: person.location_locality,
    employment: { name: person.job_company_name, title: person.job_title },
  }
  return { data, meta: { params: { email: person.key } } }
}

/** `available` is what the cycle has in all. */
function counterOf({ remaining, allotment }: AccountSaid): object {
  const used = typeof remaining === 'number' ? Number((allotment - remaining).toFixed(6)) : remaining
  return { used, available: allotment }
}

function errorBody(status: number, details: string): object {
  return { errors: [{ id: errorIds[status] ?? 'error', code: status, details }] }
}
