import { readFileSync, writeFileSync } from 'node:fs'

/** The config of a crash test: what varies comes in SPENDDOWN_CASE, as JSON (see CaseConfig in stage.ts). */
const given = JSON.parse(process.env.SPENDDOWN_CASE ?? '{}')

/**
 * The vendor's reset comes so long after a process has first asked for the balance, however slow the machine is until
 * then. It is in a file, for the test and for the processes after.
 */
function resetsAt() {
  try {
    writeFileSync('reset-at', String(Date.now() + given.resetInMs), { flag: 'wx' })
  } catch {}
  return new Date(Number(readFileSync('reset-at', 'utf8')))
}

const single = {
  request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
  data: (body) => {
    if (given.deadly !== undefined && body.data?.key === given.deadly) process.kill(process.pid, 'SIGKILL')
    return body.data
  },
}

const bulk = {
  maxRecords: given.perCall,
  request: (records) => ({
    method: 'POST',
    path: given.jobs ? '/v1/jobs' : '/v1/bulk',
    json: { requests: records.map(({ email }) => ({ email })) },
  }),
  results: (body) => (body.results ?? body).map(({ status, data }) => ({ status, data })),
}

const async = {
  id: (body) => body.id,
  poll: (id) => ({ path: `/v1/jobs/${id}` }),
  ...(given.together && {
    pollMany: {
      maxJobs: 3,
      request: (ids) => ({ path: '/v1/jobs', query: { ids: ids.join(',') } }),
      jobs: (body) => body.jobs.map((job) => ({ id: job.id, status: job.state === 'running' ? 202 : 200, body: job })),
    },
  }),
  every: '100ms',
  within: '3s',
}

const UPDATES = {
  right: { job_title: 'job_title', echo: 'key' },
  wrong: { job_title: ({ key }) => (Number(/\d+/.exec(key)) % 3 === 0 ? undefined : `wrong ${key}`) },
}

export default {
  database: { url: given.databaseUrl, unavailableFor: given.unavailableFor },
  lease: given.lease,
  vendor: {
    name: 'simulated',
    baseUrl: process.env.SPENDDOWN_VENDOR_URL ?? given.vendorUrl,
    ...(given.perCall > 1 ? { bulk } : { single }),
    ...(given.jobs ? { async } : {}),
    ...(given.keepReplies ? { keepReplies: given.keepReplies } : {}),
    ...(given.keys ? { idempotencyHeader: 'Idempotency-Key' } : {}),
    onUnknown: 'retry',
    timeoutMs: given.timeoutMs,
    limits: { maxConcurrent: given.maxConcurrent },
    credits: {
      cost: given.cost,
      charged: (reply) => reply.headers['x-credits-charged'],
      remaining: (reply) => reply.headers['x-credits-remaining'],
      balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      ...(given.resetInMs ? { cycle: { resetsAt } } : {}),
    },
  },
  records: {
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    eligible: { email: { not: null } },
    update: UPDATES[given.mapping ?? 'right'],
  },
  jobs: {
    'month-end': {
      budget: given.budget,
      reserve: given.reserve,
      ...(given.resetInMs ? { stopBeforeReset: '0s' } : {}),
      ...(given.scheduled ? { schedule: { beforeReset: given.scheduled } } : {}),
    },
    other: { budget: given.budget, reserve: given.reserve },
  },
}
