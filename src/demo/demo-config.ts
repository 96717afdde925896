import type { SpenddownConfig } from '../config/options/spenddown-config.ts'

/** The reserve that the demo's run leaves for others, credits. */
export const RESERVE = 250

/** The config of the demo: what a team would write for its own table and vendor. */
export function demoConfig(databaseFile: string, vendorUrl: string): SpenddownConfig {
  return {
    database: { url: `file:${databaseFile}` },
    vendor: {
      name: 'simulated',
      baseUrl: vendorUrl,
      headers: { 'x-api-key': 'demo-key' },
      single: {
        request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
        data: (body) => body.data,
      },
      idempotencyHeader: 'Idempotency-Key',
      timeoutMs: 5_000,
      limits: { maxConcurrent: 24 },
      credits: {
        cost: { per: 'match', credits: 1 },
        charged: (reply) => reply.headers['x-credits-charged'],
        remaining: (reply) => reply.headers['x-credits-remaining'],
        balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      },
    },
    records: {
      table: 'people',
      key: 'id',
      refreshedAt: 'refreshed_at',
      eligible: { email: { not: null } },
      update: { job_title: 'job_title', company: 'job_company_name' },
    },
    jobs: { 'month-end': { reserve: RESERVE } },
  }
}
