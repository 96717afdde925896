import { expect, test } from 'vitest'
import { InputError, type RunOptions } from '../../../src/index.ts'
import { INSTANT } from '../../support/databases/of-database.ts'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn, type Performed } from '../support/perform.ts'
import { booksOf, type Stage, setStage } from '../support/stage.ts'

/** Runs until the vendor has charged so many, then stops. */
function runAndStop(stage: Stage, after: number, changes: Changes = {}, what: RunOptions = {}): Promise<Performed> {
  return stage.run(changes, what, {
    onEvent: ({ type }, handle) => {
      if (type === 'item' && stage.vendor.bill.totals().charges >= after) handle().stop()
    },
  })
}

const SLOW = { latencyMs: { min: 3, max: 9 } }

const OTHERS = `CREATE TABLE others (id INTEGER PRIMARY KEY, email TEXT, country TEXT, job_title TEXT, company TEXT,
  note TEXT`

onEachStage((begin, dialect) => {
  test('stop(): calls in flight finish, all is committed, and `run` says so and resumes', async () => {
    const stage = await begin({ people: 120, vendor: SLOW })
    const first = await runAndStop(stage, 20)
    expect(first.summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted', credits: { unknown: 0 } })
    expect(first.summary.records.remaining).toBeGreaterThan(0)
    expect(booksOf(first.summary, stage)).toEqual({
      spent: first.summary.records.refreshed,
      billed: first.summary.records.refreshed,
      refreshed: first.summary.records.refreshed,
    })
    expect(await stage.rows(`SELECT n FROM ${stage.own('call')} WHERE state = 'open'`)).toEqual([])
    const second = await stage.run()
    expect(second.events[0]).toMatchObject({ type: 'started', resumed: true, runId: first.summary.runId })
    expect(second.summary).toMatchObject({
      runId: first.summary.runId,
      status: 'completed',
      records: { refreshed: 120 },
    })
    expect(second.logs).toContainEqual(expect.objectContaining({ message: 'resuming an interrupted run' }))
    expect(booksOf(second.summary, stage)).toEqual({ spent: 120, billed: 120, refreshed: 120 })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
  })

  test('a budget holds over all stops and resumes of a run', async () => {
    const stage = await begin({ people: 120, vendor: SLOW })
    const job = { budget: 60, reserve: 10 }
    const first = await runAndStop(stage, 15, { job })
    const second = await runAndStop(stage, 35, { job })
    const third = await goOn(stage.config({ job }))
    expect([second.summary.runId, third.summary.runId]).toEqual([first.summary.runId, first.summary.runId])
    expect(third.summary).toMatchObject({
      status: 'completed',
      stopReason: 'budget-spent',
      credits: { budget: 60, spent: 60 },
    })
    expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 60, mostChargesOfARecord: 1 })
    expect(await stage.refreshed()).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
  })

  test('new starts another run beside the interrupted one, which can still be resumed by name', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const first = await runAndStop(stage, 10)
    const other = await stage.run({}, { new: true })
    expect(other.summary.runId).not.toBe(first.summary.runId)
    expect(other.summary).toMatchObject({ status: 'completed', records: { selected: 60, refreshed: 60 } })
    const resumed = await goOn(stage.config(), first.summary.runId)
    expect(resumed.summary).toMatchObject({
      runId: first.summary.runId,
      status: 'completed',
      records: { remaining: 0 },
    })
    expect(resumed.summary.records.superseded).toBeGreaterThan(0)
    expect(resumed.summary.credits.spent).toBe(stage.vendor.bill.totals().lookupCredits - other.summary.credits.spent)
  })

  test('the same job with other flags is refused while a run is interrupted', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const first = await runAndStop(stage, 10)
    await expect(stage.run({}, { limit: 5 })).rejects.toMatchObject({
      code: 'RUN_INTERRUPTED',
      problems: [{ hint: expect.stringContaining(`resume ${first.summary.runId}`) }],
    })
    const charged = stage.vendor.bill.totals().charges
    expect(charged).toBe(first.summary.records.refreshed)
  })

  test('a selection by flags is resumed by the same flags', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const what = { filters: ['id<=40'], ids: Array.from({ length: 50 }, (_, at) => String(at + 1)) }
    const first = await runAndStop(stage, 10, {}, what)
    expect(first.summary.status).toBe('stopped')
    const second = await stage.run({}, what)
    expect(second.summary).toMatchObject({ runId: first.summary.runId, job: 'manual', records: { refreshed: 40 } })
  })

  test('what has ended, or never was, is refused with a clear error', async () => {
    const stage = await begin({ people: 6 })
    const { summary } = await stage.run()
    const refusal = (id: string | null) =>
      goOn(stage.config(), id).then(String, (error: InputError) => error.problems[0])
    expect(await refusal(summary.runId)).toMatchObject({
      path: 'resume',
      found: expect.stringContaining('ended (completed)'),
    })
    expect(await refusal('20260101-abc')).toMatchObject({ found: 'no run 20260101-abc' })
    expect(await refusal(null)).toMatchObject({ found: 'no interrupted run' })
    await expect(goOn(stage.config(), summary.runId)).rejects.toBeInstanceOf(InputError)
  })

  test('a run of another vendor is not resumed on this one: its credits are not ours', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const other = await setStage(dialect, { people: 0 })
    try {
      const first = await runAndStop(stage, 10)
      const charged = stage.vendor.bill.totals().charges
      const elsewhere = stage.config({ vendor: { name: 'another', baseUrl: other.vendor.url } })
      await expect(goOn(elsewhere)).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' })
      await goOn(elsewhere, first.summary.runId).catch(() => {})
      expect(other.vendor.bill.totals().charges).toBe(0)
      expect(stage.vendor.bill.totals().charges).toBe(charged)
    } finally {
      await other.clear()
    }
  })

  test('a run of another table is not resumed on this one', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const instant = INSTANT[dialect]
    await stage.execute(`${OTHERS}, refreshed_at ${instant})`, 'INSERT INTO others SELECT * FROM people')
    const first = await runAndStop(stage, 10)
    expect(first.summary.status).toBe('stopped')
    await goOn(stage.config({ records: { table: 'others' } }), first.summary.runId).catch(() => {})
    expect(await stage.rows(`SELECT id FROM others WHERE job_title <> 'before'`)).toEqual([])
  })

  test('two vendors refresh the same table, each with its own books and memory', async () => {
    const stage = await begin({ people: 10, vendor: { matchRate: 0 } })
    const other = await setStage(dialect, { people: 0 })
    try {
      const misses = await stage.run()
      const found = await stage.run({ vendor: { name: 'another', baseUrl: other.vendor.url } })
      expect(misses.summary.records).toMatchObject({ notFound: 10 })
      expect(found.summary.records).toMatchObject({ refreshed: 10, coolingDown: 0 })
      expect(other.vendor.bill.totals().charges).toBe(10)
    } finally {
      await other.clear()
    }
  })

  test('a run in another database knows nothing of this one', async () => {
    const stage = await begin({ people: 60, vendor: SLOW })
    const other = await begin({ people: 20 })
    const first = await runAndStop(stage, 10)
    await expect(goOn(other.config(), first.summary.runId)).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' })
    const { summary } = await other.run()
    expect(summary.records).toMatchObject({ selected: 20, refreshed: 20 })
  })

  test('two runs of an account do not go on at once', async () => {
    // Seconds of calls: the first run is still at work when the second has opened the database.
    const stage = await begin({ people: 32, vendor: { latencyMs: 1_000 } })
    const first = stage.run()
    await expect.poll(() => stage.vendor.stats.calls).toBeGreaterThan(0)
    await expect(stage.run({}, { limit: 3 })).rejects.toMatchObject({ name: 'LeaseHeldError' })
    expect((await first).summary).toMatchObject({ status: 'completed', records: { refreshed: 32 } })
    expect(stage.vendor.bill.totals().charges).toBe(32)
  })
})
