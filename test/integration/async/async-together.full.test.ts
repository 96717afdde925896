import { expect, test } from 'vitest'
import { type Async, later, SAYS_NOTHING, together } from '../support/later.ts'
import { onOneStage } from '../support/on-each-stage.ts'
import { type Answer, scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf } from '../support/stage.ts'

const RESULT = { status: 200, data: { job_title: 't', job_company_name: 'c' } }
/** A job's id tells how many records it has. */
const done = (id: string) => ({
  id,
  state: 'done',
  results: Array.from({ length: sizeOf(id) }, () => RESULT),
})

const sizeOf = (id = '') => Number(id.split('-').pop())
/** How many records were submitted in all. */
const sizes = ({ jobs }: { jobs: readonly string[] }) => jobs.reduce((sum, id) => sum + sizeOf(id), 0)

/** A vendor by script: what it answers to a poll of several jobs, by their ids and how often it was asked for several. */
async function script(
  many: (ids: readonly string[], times: number) => Answer | 'hang up',
  alone: (id: string) => object = done,
) {
  const counts = { many: 0, alone: 0 }
  const jobs: string[] = []
  const vendor = await scriptedVendor(({ url, method, body }) => {
    if (method === 'POST') {
      const id = `job-${jobs.length}-${JSON.parse(body).requests.length}`
      jobs.push(id)
      return { status: 202, body: { id, state: 'queued' }, headers: { 'x-credits-charged': '0' } }
    }
    const ids = url.searchParams.get('ids')?.split(',')
    if (ids !== undefined) return many(ids, ++counts.many)
    counts.alone += 1
    const id = url.pathname.split('/').pop() as string
    return { body: alone(id), headers: { 'x-credits-charged': String(sizeOf(id)) } }
  })
  return { url: vendor.url, counts, jobs }
}

onOneStage((begin) => {
  /** Forty people in jobs that are asked after together, once each has been asked after alone. */
  async function runWith(vendor: { url: string }, more: Partial<Async> = {}, onUnknown: 'retry' | 'skip' = 'retry') {
    const stage = await begin({ people: 40 })
    const changes = { credits: SAYS_NOTHING, vendor: { baseUrl: vendor.url, onUnknown } }
    return stage.run(later(together([], { every: '200ms', ...more }), changes), { budget: 60 })
  }

  test('a job that the reply does not name still runs', async () => {
    const vendor = await script((ids, times) => ({ body: { jobs: times < 3 ? [] : ids.map(done) } }))
    const { summary } = await runWith(vendor, { state: runningAtFirst() })
    expect(summary).toMatchObject({ records: { refreshed: 40, failed: 0, unknown: 0 }, credits: { spent: 40 } })
    expect(sizes(vendor)).toBe(40)
    expect(vendor.counts.many).toBeGreaterThanOrEqual(3)
  })

  test.each<[string, Answer | 'hang up']>([
    ['a page', { body: '<html>maintenance</html>' }],
    ['another shape', { body: { error: 'what is it?' } }],
    ['a list of nothing known', { body: { jobs: [{ job: 1 }] } }],
    ['a 404, since one of the ids is not known', { status: 404, body: {} }],
    ['a 500', { status: 500, body: {} }],
    ['a broken connection', 'hang up'],
  ])('%s is no answer for any of them: they are asked after again, and none is submitted again', async (_, answer) => {
    const vendor = await script((ids, times) => (times <= 2 ? answer : { body: { jobs: ids.map(done) } }))
    const { summary } = await runWith(vendor, { state: runningAtFirst() })
    expect(summary).toMatchObject({ records: { refreshed: 40, failed: 0, unknown: 0 }, credits: { spent: 40 } })
    expect(sizes(vendor)).toBe(40)
    expect(vendor.counts.many).toBeGreaterThan(0)
  })

  test('one that has failed is submitted again, and one that is late is unknown, whatever the others are', async () => {
    const standing = (id: string) => {
      if (id.startsWith('job-1-')) return { id, state: 'failed' }
      return id.startsWith('job-2-') ? { id, state: 'queued' } : done(id)
    }
    const vendor = await script((ids) => ({ body: { jobs: ids.map(standing) } }), standing)
    const { summary } = await runWith(vendor, { state: runningAtFirst(), within: '2s' }, 'skip')
    const late = sizeOf(vendor.jobs[2])
    expect(summary.records).toMatchObject({ refreshed: 40 - late, unknown: late })
    expect(summary.credits).toMatchObject({ spent: 40 - late, unknown: late })
    expect(sizes(vendor)).toBe(40 + sizeOf(vendor.jobs[1]))
  })

  test('what the whole reply says was charged is not charged once for each job, and a 0 at first is not all', async () => {
    const vendor = await script((ids) => ({ body: { jobs: ids.map(done) }, headers: { 'x-credits-charged': '20' } }))
    const stage = await begin({ people: 40 })
    const charged = (reply: { headers: Readonly<Record<string, unknown>> }) => reply.headers['x-credits-charged']
    const credits = { ...SAYS_NOTHING, charged: charged as never }
    const changes = { credits, vendor: { baseUrl: vendor.url } }
    const async = together([], { every: '200ms', state: runningAtFirst() })
    const { summary } = await stage.run(later(async, changes), { budget: 60 })
    expect(summary).toMatchObject({ records: { refreshed: 40 }, credits: { spent: 40 } })
  })

  test('where replies alone tell the balance, it comes with the submissions: spent to the last credit, and no further', async () => {
    const stage = await begin({ people: 80, vendor: { jobMs: { min: 100, max: 400 }, allotment: 47 } })
    const { summary } = await stage.run(later(together(), { credits: { balance: undefined } }))
    expect(summary).toMatchObject({ status: 'completed', credits: { unknown: 0 } })
    expect(booksOf(summary, stage)).toEqual({ spent: 47, billed: 47, refreshed: 47 })
  })

  test.each<[string, Partial<NonNullable<Async['pollMany']>>, string]>([
    [
      'request',
      {
        request: () => {
          throw new Error('mend me')
        },
      },
      'vendor.async.pollMany.request threw: mend me',
    ],
    ['request', { request: () => ({}) as never }, 'vendor.async.pollMany.request gave no path'],
  ])('%s that cannot be used stops the run, and says why', async (_, wrong, said) => {
    const vendor = await script((ids) => ({ body: { jobs: ids.map(done) } }))
    const pollMany = { ...together().pollMany, ...wrong } as Async['pollMany']
    const { summary } = await runWith(vendor, { state: runningAtFirst(), pollMany })
    expect(summary).toMatchObject({ status: 'stopped', stopReason: 'error', detail: said })
  })
})

/** Each job's first poll finds it running, since it goes alone: jobs are submitted one after another. */
function runningAtFirst(): Async['state'] {
  const seen = new Set<string>()
  return ({ id, state }) => {
    if (seen.has(id)) return state === 'queued' ? 'running' : state
    seen.add(id)
    return 'running'
  }
}
