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

const url = process.env.SPENDDOWN_VENDOR_URL ?? given.vendorUrl
const presets = given.preset ? await import('../../../build/presets.js') : {}

/** The presets, led to the simulated vendor, which knows each person by the e-mail address. */
const PRESETS = {
  fullenrich: () => presets.fullenrich({ apiKey: 'k', identify: ({ email }) => ({ linkedin_url: email }) }),
  zoominfo: () => presets.zoominfo({ clientId: 'client', clientSecret: 'k' }),
  'people-data-labs': () => presets.peopleDataLabs({ apiKey: 'k', retrieve: 'pdl_id' }),
  rocketreach: () => presets.rocketreach({ apiKey: 'k', identify: ({ email }) => ({ email }) }),
}
const TITLES = {
  fullenrich: 'profile.employment.current.title',
  zoominfo: 'jobTitle',
  'people-data-labs': 'job_title',
  rocketreach: 'current_title',
}

function byPreset() {
  const preset = PRESETS[given.preset]()
  const { pathname } = new URL(preset.baseUrl)
  const { bulk, async, auth } = preset
  return {
    ...preset,
    baseUrl: `${url}${pathname === '/' ? '' : pathname}`,
    ...(bulk && { bulk: { ...bulk, maxRecords: given.perCall } }),
    ...(async && { async: { ...async, every: '100ms', within: '3s' } }),
    ...(auth?.tokenUrl && { auth: { ...auth, tokenUrl: `${url}${new URL(auth.tokenUrl).pathname}` } }),
  }
}

const UPDATES = {
  right: { job_title: 'job_title', echo: 'key' },
  wrong: { job_title: ({ key }) => (Number(/\d+/.exec(key)) % 3 === 0 ? undefined : `wrong ${key}`) },
}

const CREDITS = {
  cost: given.cost,
  charged: (reply) => reply.headers['x-credits-charged'],
  remaining: (reply) => reply.headers['x-credits-remaining'],
  balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
  ...(given.resetInMs ? { cycle: { resetsAt } } : {}),
}

export default {
  database: { url: given.databaseUrl, unavailableFor: given.unavailableFor },
  lease: given.lease,
  vendor: {
    ...(given.preset
      ? byPreset()
      : {
          name: 'simulated',
          baseUrl: url,
          ...(given.perCall > 1 ? { bulk } : { single }),
          ...(given.jobs ? { async } : {}),
          credits: CREDITS,
        }),
    ...(given.keepReplies ? { keepReplies: given.keepReplies } : {}),
    ...(given.keys ? { idempotencyHeader: 'Idempotency-Key' } : {}),
    onUnknown: 'retry',
    timeoutMs: given.timeoutMs,
    limits: { maxConcurrent: given.maxConcurrent },
  },
  records: {
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    eligible: { email: { not: null } },
    update: given.preset
      ? { job_title: TITLES[given.preset], echo: (_, { email }) => email }
      : UPDATES[given.mapping ?? 'right'],
  },
  jobs: {
    'month-end': {
      budget: given.budget,
      reserve: given.reserve,
      ...(given.byGain ? { orderBy: 'gain' } : {}),
      ...(given.resetInMs ? { stopBeforeReset: '0s' } : {}),
      ...(given.scheduled ? { schedule: { beforeReset: given.scheduled } } : {}),
    },
    other: { budget: given.budget, reserve: given.reserve },
  },
}
