import { defaultBehaviour } from '../behaviour.ts'
import { keyOfQuery, keysOfBulk } from '../requests.ts'
import { type Dialect, type DialectBehaviour, header, headerList, type Refusal, type Result } from './dialect.ts'

const { keyNames, maxBulkRecords, bulkBadItems, cost, outOfCredits, retryAfter, idempotency } = defaultBehaviour

const behaviour: DialectBehaviour = {
  keyNames,
  maxBulkRecords,
  bulkBadItems,
  cost,
  outOfCredits,
  retryAfter,
  idempotency,
}

const itemErrors: Record<number, string> = {
  400: 'bad_request',
  402: 'out_of_credits',
  404: 'not_found',
  422: 'unprocessable',
  451: 'legal_block',
}

/** The simulator's own dialect: the plainest there could be. */
export const spenddownDialect: Dialect = {
  behaviour,
  routes: [
    {
      method: 'GET',
      path: '/v1/enrich',
      does: 'single',
      asked: ({ query }, { keyNames }) => ({ keys: [keyOfQuery(query, keyNames)] }),
    },
    {
      method: 'POST',
      path: '/v1/bulk',
      does: 'bulk',
      asked: ({ body }, { keyNames, maxBulkRecords }) => ({ keys: keysOfBulk(body, keyNames, maxBulkRecords) }),
    },
    {
      method: 'POST',
      path: '/v1/jobs',
      does: 'submit',
      asked: ({ body }, { keyNames, maxBulkRecords }) => ({ keys: keysOfBulk(body, keyNames, maxBulkRecords) }),
    },
    { method: 'GET', path: '/v1/jobs/', does: 'job' },
    { method: 'GET', path: '/v1/job-results/', does: 'job results' },
    { method: 'GET', path: '/v1/account', does: 'account' },
  ],
  apiKey: (headers) => header(headers, 'x-api-key'),
  single: ({ status, person }) =>
    status === 200 ? { status, body: { data: person ?? {} } } : { status, body: { error: itemErrors[status] } },
  bulk: (results) => results.map(itemOf),
  headers: ({ charged, remaining }) => headerList({ 'x-credits-charged': charged, 'x-credits-remaining': remaining }),
  account: ({ remaining, allotment, purchased, atMs }) => ({
    credits: { remaining, allotment, ...(purchased > 0 ? { purchased } : {}) },
    asOf: new Date(atMs).toISOString(),
  }),
  error: errorOf,
}

function itemOf({ status, person }: Result): object {
  return status === 200 ? { status, data: person ?? {} } : { status, data: null, error: itemErrors[status] }
}

/** A request that cannot be understood is told as the control endpoints tell it. */
function errorOf({ code, message }: Refusal): object {
  return code === 'not_understood' ? { error: message, problems: [message] } : { error: code, message }
}
