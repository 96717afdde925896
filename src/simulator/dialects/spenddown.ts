import { type Dialect, headerList, lookupByQuery, lookupInBulk, type Result } from './dialect.ts'

const itemErrors: Record<number, string> = {
  400: 'bad_request',
  402: 'out_of_credits',
  404: 'not_found',
  422: 'unprocessable',
  451: 'legal_block',
}

/** The simulator's own dialect: the plainest there could be. */
export const spenddownDialect: Dialect = {
  behaviour: {
    keyNames: ['email', 'id', 'key'],
    maxBulkRecords: 100,
    variants: [],
    bulkBadItems: 'item',
    cost: { per: 'match', credits: 1 },
    outOfCredits: { status: 402, body: { error: 'out_of_credits', message: 'No credits are left in this cycle.' } },
    retryAfter: 'seconds',
    idempotency: true,
    chargeAt: 'arrival',
    freeRepeatMs: null,
  },
  routes: [
    lookupByQuery('/v1/enrich'),
    lookupInBulk('/v1/bulk'),
    lookupInBulk('/v1/jobs', 'submit'),
    { method: 'GET', path: '/v1/jobs/', does: 'job' },
    { method: 'GET', path: '/v1/jobs', does: 'job', ids: (query) => query.get('ids')?.split(',') ?? [] },
    { method: 'GET', path: '/v1/job-results/', does: 'job results' },
    { method: 'GET', path: '/v1/account', does: 'account' },
  ],
  apiKey: (header) => header('x-api-key'),
  single: ({ status, person }) =>
    status === 200 ? { status, body: { data: person ?? {} } } : { status, body: { error: itemErrors[status] } },
  bulk: (results) => results.map(itemOf),
  headers: ({ charged, remaining }) => headerList({ 'x-credits-charged': charged, 'x-credits-remaining': remaining }),
  account: ({ remaining, allotment, purchased, atMs }) => ({
    credits: { remaining, allotment, ...(purchased > 0 ? { purchased } : {}) },
    asOf: new Date(atMs).toISOString(),
  }),
  // A request that cannot be understood is told as the control endpoints tell it.
  error: ({ code, message }) =>
    code === 'not_understood' ? { error: message, problems: [message] } : { error: code, message },
}

function itemOf({ status, person }: Result): object {
  return status === 200 ? { status, data: person ?? {} } : { status, data: null, error: itemErrors[status] }
}
