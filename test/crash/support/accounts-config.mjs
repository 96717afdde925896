// The config of many accounts, as the processes of accounts.test.ts read it: their places are in the environment.
const { url, folder, resetAt, tenants, atOnce, notify } = JSON.parse(process.env.SPENDDOWN_CASE)

export default {
  database: { url },
  journalDir: folder,
  report: false,
  notify,
  lease: '3s',
  accounts: async ({ query, names }) => {
    const all = `SELECT name, api_key AS "apiKey", url FROM ${tenants}`
    const isByName = names !== undefined && url.startsWith('postgresql')
    return isByName ? query(`${all} WHERE name = ANY ($1)`, [names]) : query(all)
  },
  vendor: (account) => ({
    name: 'simulated',
    baseUrl: account.url,
    headers: { 'x-api-key': account.apiKey },
    single: {
      request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
      data: (body) => body.data,
    },
    idempotencyHeader: 'Idempotency-Key',
    limits: { maxConcurrent: 4 },
    timeoutMs: 20_000,
    credits: {
      cost: { per: 'match', credits: 1 },
      charged: (reply) => reply.headers['x-credits-charged'],
      remaining: (reply) => reply.headers['x-credits-remaining'],
      balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      cycle: { resetsAt: () => new Date(resetAt) },
    },
  }),
  records: (account) => ({
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    eligible: { country: account.name },
    update: { job_title: 'job_title' },
  }),
  jobs: { 'month-end': { reserve: 2, schedule: { beforeReset: '12h' }, stopBeforeReset: '1m' } },
  fleet: { accountsAtOnce: atOnce },
}
