import type { VendorOptions } from '../../../src/index.ts'
import type { Changes } from './config.ts'
import type { Performed, Watching } from './perform.ts'
import type { Stage } from './stage.ts'

export type Async = NonNullable<VendorOptions['async']>
type Bulk = NonNullable<VendorOptions['bulk']>

const ASYNC: Async = {
  id: (body) => body.id,
  poll: (id) => ({ path: `/v1/jobs/${id}` }),
  state: (body) => (body.state === 'queued' ? 'running' : body.state),
  every: '100ms',
  within: '1m',
}

const BULK: Bulk = {
  maxRecords: 10,
  request: (records) => ({
    method: 'POST',
    path: '/v1/jobs',
    json: { requests: records.map(({ email }) => ({ email })) },
  }),
  results: (body) =>
    (body.results ?? body).map(({ status, data }: { status: number; data: unknown }) => ({ status, data })),
}

/** A vendor that takes bulk calls as jobs. */
export function later(async: Partial<Async> = {}, more: Changes = {}, bulk: Partial<Bulk> = {}): Changes {
  const vendor = { single: undefined, bulk: { ...BULK, ...bulk }, async: { ...ASYNC, ...async }, ...more.vendor }
  return { ...more, vendor: vendor as Changes['vendor'] & {} }
}

/** The same records in bulk calls that are answered at once. */
export function atOnce(more: Changes = {}): Changes {
  const request: Bulk['request'] = (records) => ({ ...BULK.request(records), path: '/v1/bulk' })
  const vendor = { single: undefined, bulk: { ...BULK, request }, ...more.vendor }
  return { ...more, vendor: vendor as Changes['vendor'] & {} }
}

export const openJobs = (stage: Stage) =>
  stage.rows(`SELECT n, vendor_job FROM ${stage.own('call')} WHERE state = 'submitted'`)

/** Runs until so many jobs are named in the database and were asked after, then stops. */
export async function stopWithJobs(
  stage: Stage,
  changes: Changes,
  watching: Watching = {},
  many = 1,
): Promise<Performed> {
  const controller = new AbortController()
  const watch = setInterval(async () => {
    const jobs = await openJobs(stage).catch(() => [])
    if (jobs.length >= many && stage.vendor.stats.polls > 0) controller.abort()
  }, 20)
  try {
    return await stage.run(changes, {}, { ...watching, signal: controller.signal })
  } finally {
    clearInterval(watch)
  }
}

/** Jobs that are asked after together, four at most; `asked`: which, by request. */
export function together(asked: (readonly string[])[] = [], more: Partial<Async> = {}): Partial<Async> {
  const pollMany: Async['pollMany'] = {
    maxJobs: 4,
    request: (ids) => {
      asked.push(ids)
      return { path: '/v1/jobs', query: { ids: ids.join(',') } }
    },
    jobs: (body) => body.jobs.map((job: { id: string }) => ({ id: job.id, body: job })),
  }
  return { pollMany, ...more }
}

/** What a test of a scripted vendor's polls says of credits: nothing. */
export const SAYS_NOTHING = { balance: undefined, remaining: undefined, charged: undefined }
