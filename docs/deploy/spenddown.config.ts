// The config that the rest of this folder mounts: replace the vendor, the table and the job by yours.
import { defineConfig } from 'spenddown'

export default defineConfig({
  database: { url: process.env.DATABASE_URL },
  vendor: {
    name: 'acme',
    baseUrl: 'https://api.acme.example',
    headers: { 'x-api-key': process.env.ACME_API_KEY },
    single: {
      request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
      data: (body) => body.data,
    },
    credits: {
      cost: { per: 'match', credits: 1 },
      balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      cycle: { anchorDay: 1, timeZone: 'UTC' },
    },
  },
  records: { table: 'people', key: 'id', refreshedAt: 'refreshed_at', update: { job_title: 'job_title' } },
  jobs: { 'month-end': { reserve: 500, schedule: { beforeReset: 'auto' } } },
  // Both are optional: leave out what you do not have.
  notify: { url: process.env.NOTIFY_URL, forecastAbove: '5%' },
  heartbeat: { url: process.env.HEARTBEAT_URL, every: '5m' },
})
