import { keyOfItem, keyOfQuery } from '../requests.ts'
import { type Dialect, lookupInBulk, type Result, usual } from './dialect.ts'

/** https://docs.apollo.io/reference/status-codes, read in August 2026. */
const errorCodes: Record<number, string> = {
  401: 'INVALID_ACCESS_TOKEN',
  403: 'API_INACCESSIBLE',
}

/** As https://docs.apollo.io/reference/bulk-people-enrichment has it, read in August to November 2026. */
export const apolloDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['email', 'linkedin_url', 'id', 'hashed_email', 'name'],
    maxBulkRecords: 10,
    bulkBadItems: 'whole',
    cost: { per: 'match', credits: 1 },
    // Apollo documents no reply for this: 402 is what the preset expects where nobody says otherwise.
    outOfCredits: { status: 402, body: errorBody(402, 'You have insufficient credits.') },
    retryAfter: 'seconds',
  },
  routes: [
    {
      method: 'POST',
      path: '/api/v1/people/match',
      does: 'single',
      asked: ({ query, body }, { keyNames }) => ({
        keys: [body === undefined ? keyOfQuery(query, keyNames) : keyOfItem(body, keyNames, 'The body')],
      }),
    },
    lookupInBulk('/api/v1/people/bulk_match', 'bulk', 'details'),
  ],
  apiKey: (header) => header('x-api-key'),
  single: (result) =>
    result.status === 200 || result.status === 404
      ? { status: 200, body: { person: matchOf(result) } }
      : { status: result.status, body: errorBody(result.status, 'Unprocessable.') },
  bulk: (results, { charged }) => ({
    status: 'success',
    error_code: null,
    error_message: null,
    total_requested_enrichments: results.length,
    unique_enriched_records: results.filter(({ status }) => status === 200).length,
    missing_records: results.filter(({ status }) => status !== 200).length,
    credits_consumed: charged,
    matches: results.map(matchOf),
  }),
  error: ({ status, message }) => errorBody(status, message),
}

/** A miss is null, in its place. */
function matchOf({ status, person }: Result): object | null {
  if (status !== 200) return null
  if (person === undefined) return {}
  return {
    id: `apollo-${person.key}`,
    name: person.full_name,
    title: person.job_title,
    country: person.location_country,
    organization: { name: person.job_company_name, industry: person.job_company_industry },
  }
}

function errorBody(status: number, error: string): object {
  const error_code = errorCodes[status]
  return error_code === undefined ? { error } : { error, error_code }
}
