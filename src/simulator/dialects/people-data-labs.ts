import { keysOfBulk } from '../requests.ts'
import { type Dialect, headerList, lookupByQuery, type Result, usual } from './dialect.ts'

/** Credits beyond those bought, which the account could spend at a price. `x-totallimit-remaining` counts them in. */
const OVERAGE = 1_000

/** https://docs.peopledatalabs.com/docs/errors, read in August 2026. */
const errorTypes: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'payment_required',
  404: 'not_found',
  429: 'rate_limit_error',
}

/** As https://docs.peopledatalabs.com/docs/usage-limits and /docs/bulk-requests have it, read in August 2026. */
export const peopleDataLabsDialect: Dialect = {
  behaviour: {
    ...usual,
    keyNames: ['email', 'profile', 'phone', 'pdl_id', 'lid', 'email_hash', 'name'],
    maxBulkRecords: 100,
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 402, body: errorBody(402, 'You have reached your account maximum.') },
  },
  routes: [
    lookupByQuery('/v5/person/enrich'),
    {
      method: 'POST',
      path: '/v5/person/bulk',
      does: 'bulk',
      asked: ({ body }, { keyNames, maxBulkRecords }) => ({
        keys: keysOfBulk(body, keyNames, maxBulkRecords),
        references: referencesOf(body),
      }),
    },
  ],
  apiKey: (header) => header('x-api-key'),
  single: (result) => ({ status: result.status, body: bodyOf(result) }),
  bulk: (results) => results.map(bodyOf),
  headers: ({ charged, remaining }) =>
    headerList({
      'x-call-credits-spent': charged,
      'x-call-credits-type': 'enrich',
      'x-totallimit-remaining': typeof remaining === 'number' ? remaining + OVERAGE : remaining,
      'x-totallimit-purchased-remaining': remaining,
      'x-totallimit-overages-remaining': remaining === undefined ? undefined : OVERAGE,
      'x-ratelimit-limit': "{'minute': 1000}",
    }),
  error: ({ status, message }) => errorBody(status, message),
}

/** What was sent as `metadata` comes back with each result. */
function referencesOf(body: unknown): (string | undefined)[] {
  const { requests = [] } = body as { requests?: { metadata?: { reference?: string } }[] }
  return requests.map(({ metadata }) => metadata?.reference)
}

function bodyOf({ status, person, reference }: Result): object {
  const metadata = reference === undefined ? {} : { metadata: { reference } }
  if (status !== 200) return { ...metadata, ...errorBody(status, 'No records were found matching your request') }
  if (person === undefined) return { ...metadata, status, likelihood: 8, data: {} }
  const { key, version, ...data } = person
  return { ...metadata, status, likelihood: 8, data: { id: `pdl-${key}`, ...data, dataset_version: String(version) } }
}

function errorBody(status: number, message: string): object {
  return { status, error: { type: errorTypes[status] ?? 'api_error', message } }
}
