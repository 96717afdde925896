import { expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import { type Async, later, openJobs, stopWithJobs } from '../support/later.ts'
import { onEachStage, onOneStage } from '../support/on-each-stage.ts'
import { goOn } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, idOf } from '../support/stage.ts'

const JOBS = { jobMs: { min: 20, max: 400 } }

onEachStage((begin) => {
  test('jobs are submitted, polled and read, side by side, and the bill is the ledger', async () => {
    const stage = await begin({ people: 95, vendor: { ...JOBS, misses: (key) => idOf(key) % 10 === 3 } })
    const { summary } = await stage.run(later())
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ refreshed: 85, notFound: 10, failed: 0 })
    expect(booksOf(summary, stage)).toEqual({ spent: 85, billed: 85, refreshed: 85 })
    // Polls are no calls.
    expect(summary.calls).toMatchObject({ sent: stage.vendor.stats.calls, unknown: 0 })
    expect(stage.vendor.stats.polls).toBeGreaterThanOrEqual(stage.vendor.stats.calls)
    expect(await openJobs(stage)).toEqual([])
  })

  test('stopped with jobs under way, it leaves them, and the next process asks after them without submitting again', async () => {
    const stage = await begin({ people: 25, vendor: { jobMs: 1_500 } })
    const first = await stopWithJobs(stage, later())
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted', calls: { unknown: 0 } })
    // Nobody knows yet what the jobs cost.
    const { spent, unknown } = first.summary.credits
    expect(spent + unknown).toBeGreaterThanOrEqual(stage.vendor.bill.totals().lookupCredits)
    expect(unknown).toBeGreaterThan(0)
    const jobs = await openJobs(stage)
    expect(jobs.length).toBeGreaterThan(0)
    const second = await goOn(stage.config(later()))
    expect(second.summary).toMatchObject({ status: 'completed', records: { refreshed: 25 }, credits: { spent: 25 } })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 25, mostChargesOfARecord: 1 })
    expect(stage.vendor.stats.records).toBe(25)
  })

  test('records that went while a job was under way: the others have their results', async () => {
    const stage = await begin({ people: 5, vendor: { jobMs: 1_500 } })
    await stopWithJobs(stage, later())
    await stage.execute('DELETE FROM people WHERE id = 2')
    const { summary } = await goOn(stage.config(later()))
    expect(summary.records).toMatchObject({ refreshed: 4, failed: 1 })
    expect(await stage.refreshed()).toEqual([1, 3, 4, 5])
    expect(booksOf(summary, stage)).toMatchObject({ spent: 5, billed: 5 })
  })

  test('the budget and the reserve hold while jobs hold their reservations', async () => {
    const stage = await begin({ people: 120, vendor: { ...JOBS, allotment: 40, misses: (key) => idOf(key) % 3 === 0 } })
    const { summary } = await stage.run(later({}, { job: { reserve: 7 } }))
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent', credits: { spent: 33 } })
    expect(stage.vendor.account.remaining).toBe(7)
  })
})

onOneStage((begin) => {
  test('a poll whose reply the config cannot read is no answer, and asked again; three in a row stop the run', async () => {
    const jobs: number[] = []
    let polls = 0
    let isOdd = (poll: number) => poll % 2 === 1
    const vendor = await scriptedVendor(({ method, body }) => {
      if (method === 'POST') {
        jobs.push(JSON.parse(body).requests.length)
        return { status: 202, body: { id: `job-${jobs.length}` } }
      }
      polls += 1
      if (isOdd(polls)) return { body: { error: 'oops' } }
      const results = Array.from({ length: 5 }, () => ({ status: 200, data: { job_title: 'fresh' } }))
      return { body: { state: 'done', results } }
    })
    const stage = await begin({ people: 20 })
    const credits = { balance: undefined, remaining: undefined, charged: undefined }
    const config = later({ every: '100ms' }, { vendor: { baseUrl: vendor.url }, credits }, { maxRecords: 5 })
    const { summary } = await stage.run(config, { budget: 10 })
    expect(summary).toMatchObject({
      status: 'completed',
      records: { refreshed: 10 },
      credits: { spent: 10, unknown: 0 },
    })
    expect([jobs, polls > 3]).toEqual([[5, 5], true])
    isOdd = () => true
    const wrong = (await stage.run(config, { budget: 10, new: true })).summary
    expect(wrong).toMatchObject({ status: 'stopped', stopReason: 'error', credits: { spent: 0 } })
    expect(wrong.detail).toContain('vendor.async.state answered undefined')
  })

  test('results are fetched where the poll does not bring them', async () => {
    const stage = await begin({ people: 30, vendor: JOBS })
    const fetch = (id: string) => ({ path: `/v1/job-results/${id}` })
    const { summary } = await stage.run(later({ fetch }))
    expect(booksOf(summary, stage)).toEqual({ spent: 30, billed: 30, refreshed: 30 })
  })

  test('a vendor that answers some at once and makes jobs of others', async () => {
    const jobs = new Map<string, string>()
    const person = (email: string) => ({ data: { job_title: email, job_company_name: 'c' } })
    const { url } = await scriptedVendor(({ url, number }) => {
      const email = url.searchParams.get('email')
      if (email === null) return { body: person(jobs.get(url.pathname) ?? '') }
      if (number % 2 === 0) return { body: person(email) }
      jobs.set(`/status/${number}`, email)
      return { status: 202, body: { pending: number } }
    })
    const stage = await begin({ people: 20 })
    const single: VendorOptions['single'] = {
      request: ({ email }) => ({ path: '/lookup', query: { email } }),
      data: (body) => body.data,
    }
    const async: Async = { id: (body) => body.pending, poll: (id) => ({ path: `/status/${id}` }), every: '100ms' }
    const credits = { balance: undefined, remaining: undefined, charged: undefined }
    const { summary } = await stage.run({ vendor: { baseUrl: url, single, async }, credits }, { budget: 50 })
    expect(summary).toMatchObject({ records: { refreshed: 20 }, credits: { spent: 20 } })
    const rows = await stage.rows('SELECT email, job_title FROM people')
    expect(rows.filter(({ email, job_title }) => email !== job_title)).toEqual([])
  })

  test('out of credits while jobs are under way: their results are waited for', async () => {
    const stage = await begin({ people: 60, vendor: { jobMs: 700, allotment: 35 } })
    const credits = { balance: undefined, remaining: undefined }
    const { summary } = await stage.run(later({}, { credits, vendor: { limits: { maxConcurrent: 2 } } }), {
      budget: 60,
    })
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'credits-exhausted' })
    expect(booksOf(summary, stage)).toEqual({ spent: 35, billed: 35, refreshed: 35 })
  })

  test.each([
    ['id', { id: () => ({}) }, 'vendor.async.id answered object'],
    [
      'poll',
      {
        poll: () => {
          throw new Error('mend me')
        },
      },
      'vendor.async.poll threw: mend me',
    ],
    ['state', { state: () => 'maybe' }, 'allowed: running, done, failed'],
  ] as const)('%s that answers nonsense stops the run, and says why', async (_, wrong, said) => {
    const stage = await begin({ people: 20 })
    const performed = await stage.run(later(wrong as Partial<Async>)).catch((error: Error) => ({ error }))
    expect(JSON.stringify('error' in performed ? performed.error.message : performed.logs)).toContain(said)
    expect(stage.vendor.stats.calls).toBe(1)
  })
})
