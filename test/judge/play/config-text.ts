import type { World } from '../world/world.ts'

const DAY_MS = 86_400_000

/** The config of a world, as a module's text with functions as README shows them. */
export function configText(world: World, databaseUrl: string, baseUrl: string): string {
  return `export default {
  database: { url: ${JSON.stringify(databaseUrl)}, unavailableFor: '6s' },
  lease: '3s',
  report: false,
  vendor: {
    name: 'acme',
    baseUrl: ${JSON.stringify(baseUrl)},
    headers: { 'x-judge-process': process.env.JUDGE_PROCESS },
    ${formText(world)}
    ${jobsText(world)}
    ${world.vendor.repeatCost === null ? '' : `idempotencyHeader: 'Idempotency-Key',`}
    outcome: (reply) => (reply.body?.found === false ? 'not-found' : undefined),
    onUnknown: '${world.job.onUnknown}',
    timeoutMs: ${world.vendor.timeoutMs},
    unhealthyAfter: '15s',
    limits: ${JSON.stringify(limitsOf(world))},
    credits: {
      ${creditsText(world)}
      cycle: { days: 300, from: '${new Date(Date.now() - 100 * DAY_MS).toISOString().slice(0, 10)}' },
    },
  },
  records: {
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    eligible: { email: { not: null } },
    update: { job_title: 'job_title', company: (data) => data.company?.name },
  },
  jobs: { job: ${JSON.stringify(jobOf(world))} },
}
`
}

function formText({ vendor }: World): string {
  const person = '{ id: String(r.id), email: r.email }'
  if (vendor.form === 'single') {
    return `single: { request: (r) => ({ path: '/enrich', query: ${person} }), data: (body) => body.data },`
  }
  const key = vendor.form === 'by-key' ? 'key: r.id, ' : ''
  return `bulk: {
      maxRecords: ${vendor.maxRecords},
      request: (records) => ({ method: 'POST', path: '/bulk', json: { requests: records.map((r) => (${person})) } }),
      results: (body) => body.results.map((r) => ({ ${key}status: r.status, data: r.data })),
      ${vendor.form === 'by-key' ? 'key: (record) => String(record.id),' : ''}
    },`
}

function jobsText({ vendor }: World): string {
  if (vendor.jobMs === null) return ''
  return `async: {
      id: (body) => body.job_id,
      poll: (id) => ({ path: '/jobs/' + id }),
      state: (body) => (body.done === false ? 'running' : 'done'),
      every: '1s',
      within: '10s',
    },`
}

function creditsText({ vendor: { cost, balance } }: World): string {
  const lines = [`cost: { per: '${cost.per}', credits: ${cost.credits} },`]
  if (cost.told) lines.push(`charged: (reply) => reply.headers['x-charged'],`)
  if (balance.shown === 'none') lines.push(`allotment: ${balance.credits},`)
  if (balance.shown !== 'endpoint' && balance.shown !== 'none') {
    lines.push(`remaining: (reply) => reply.headers['x-remaining'],`)
  }
  if (balance.shown === 'endpoint' || balance.shown === 'both') {
    const asOf = balance.lagMs > 0 ? ', asOf: (body) => body.as_of' : ''
    lines.push(`balance: { path: '/account', remaining: (body) => body.remaining${asOf} },`)
  }
  return lines.join('\n      ')
}

function limitsOf({ vendor, job }: World): Record<string, number> {
  const limits: Record<string, number> = {}
  if (job.maxConcurrent !== null) limits.maxConcurrent = job.maxConcurrent
  if (vendor.limitsTold && vendor.limits.perSecond !== null) limits.perSecond = vendor.limits.perSecond
  return limits
}

function jobOf({ job }: World): Record<string, unknown> {
  const { budget, reserve, limit } = job
  return { budget, reserve, ...(limit === null ? {} : { limit }), schedule: { beforeReset: '290d' } }
}
