import { describe, expect, test } from 'vitest'
import { plan } from '../../../src/app/plan/plan.ts'
import { describeDryRun, dryRun } from '../../../src/app/run/dry-run.ts'
import { describePlan } from '../../../src/cli/commands/plan.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { RecordsOptions, VendorOptions } from '../../../src/index.ts'
import { createLog } from '../../../src/observability/logger.ts'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Person } from '../support/people.ts'
import { goOn, outcomes, perform, reasonOf } from '../support/perform.ts'
import { booksOf, emailOf } from '../support/stage.ts'

const BULK: NonNullable<VendorOptions['bulk']> = {
  maxRecords: 10,
  request: (records) => ({
    method: 'POST',
    path: '/v1/bulk',
    json: { requests: records.map(({ email }) => ({ email })) },
  }),
  results: (body) => body.map(({ status, data }) => ({ status, data })),
}

/** Three records for each of so many persons: ids 1 to n, then the same persons again. */
function thrice(persons: number): Person[] {
  return Array.from({ length: 3 * persons }, (_, at) => ({ id: at + 1, email: emailOf((at % persons) + 1) }))
}

const byEmail = (changes: Changes = {}, records: Partial<RecordsOptions> = {}): Changes => ({
  ...changes,
  records: { dedupeBy: ['email'], ...records },
})

onEachStage((begin) => {
  describe.each([
    ['single', {}],
    ['bulk', { single: undefined as never, bulk: BULK }],
  ])('in %s calls', (_, vendor) => {
    test('records of one person are paid once, and each gets the result', async () => {
      const stage = await begin({ people: thrice(20) })
      const { summary } = await stage.run(byEmail({ vendor }))
      expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
      expect(summary.records).toMatchObject({ selected: 60, shared: 40, refreshed: 60, remaining: 0 })
      expect(summary.credits).toMatchObject({ spent: 20, saved: 40 })
      expect(stage.vendor.bill.totals()).toMatchObject({ lookupCredits: 20, recordsChargedMoreThanOnce: 0 })
      const rows = await stage.rows('SELECT email, job_title, refreshed_at FROM people ORDER BY id')
      for (const [at, row] of rows.entries()) {
        expect(row.job_title).toBe(rows[at % 20]?.job_title)
        expect(Date.parse(String(row.refreshed_at))).toBeGreaterThanOrEqual(stage.beganAt - 1_000)
      }
    })

    test('credits that reach fewer persons than there are records are all spent, on all of their records', async () => {
      const stage = await begin({ people: thrice(40), vendor: { allotment: 25 } })
      const { summary } = await stage.run(byEmail({ vendor }))
      expect(summary).toMatchObject({ stopReason: 'budget-spent', credits: { spent: 25, saved: 50, balance: 0 } })
      expect(summary.records.refreshed).toBe(75)
      expect(await stage.refreshed()).toHaveLength(75)
    })
  })

  test('a miss and a failure are those of all of them, and all rest', async () => {
    const faults = { badRequest: { keys: [emailOf(7)] } }
    const stage = await begin({ people: thrice(10), vendor: { misses: (key) => key === emailOf(8), faults } })
    const performed = await stage.run(byEmail())
    expect(performed.summary.records).toMatchObject({ refreshed: 24, notFound: 3, failed: 3, remaining: 0 })
    expect([7, 17, 27].map((id) => outcomes(performed)[id])).toEqual(['failed', 'failed', 'failed'])
    expect([8, 18, 28].map((id) => outcomes(performed)[id])).toEqual(['notFound', 'notFound', 'notFound'])
    expect((await stage.run(byEmail())).summary.records).toMatchObject({ coolingDown: 6, selected: 24, shared: 16 })
  })

  test('NULL is nobody, and a record whose own function fails does not fail its duplicates', async () => {
    const people = [...thrice(10), ...[31, 32, 33].map((id) => ({ id, email: null }))]
    const stage = await begin({ people })
    const update: RecordsOptions['update'] = {
      job_title: (data, record) => {
        if (record.id === 15) throw new Error('not this one')
        return data.job_title
      },
    }
    const single = {
      request: ({ id, email }: Record<string, unknown>) => ({
        path: '/v1/enrich',
        query: { email: email ?? `x${id}` },
      }),
    }
    const performed = await stage.run(
      byEmail({ vendor: { single: { ...single, data: (body) => body.data } } }, { eligible: {}, update }),
    )
    expect(performed.summary.records).toMatchObject({ selected: 33, shared: 20, refreshed: 32, failed: 1 })
    expect(reasonOf(performed, 15)).toContain('not this one')
    expect(performed.summary.credits.spent).toBe(13)
  })

  test('a limit counts every record, duplicates too', async () => {
    const stage = await begin({ people: thrice(20) })
    const { summary } = await stage.run(byEmail(), { limit: 10 })
    expect(summary.records.selected).toBe(10)
    expect(summary.records.refreshed).toBe(10)
    expect(await stage.refreshed()).toHaveLength(10)
  })

  test('only the records that were selected: others of the person stay as they are', async () => {
    const stage = await begin({ people: thrice(20) })
    const { summary } = await stage.run(byEmail(), { ids: ['1', '21'] })
    expect(summary.records).toMatchObject({ selected: 2, shared: 1, refreshed: 2 })
    expect(await stage.refreshed()).toEqual([1, 21])
  })

  test('one of them that someone else refreshed, changed or deleted leaves the others their result', async () => {
    const stage = await begin({ people: thrice(30), vendor: { latencyMs: 20 } })
    let done = false
    const meddle = async () => {
      await stage.execute(
        "UPDATE people SET refreshed_at = '2100-01-01T00:00:00.000Z' WHERE id IN (28, 57)",
        "UPDATE people SET email = 'other@example.com' WHERE id = 56",
        'DELETE FROM people WHERE id IN (29, 85)',
      )
    }
    const performed = await stage.run(
      byEmail({ vendor: { limits: { maxConcurrent: 1 } } }),
      {},
      {
        onEvent: (event) => {
          if (event.type !== 'item' || done) return
          done = true
          void meddle()
        },
      },
    )
    const { summary } = performed
    expect(summary.records).toMatchObject({ selected: 90, refreshed: 85, superseded: 3, failed: 2, remaining: 0 })
    expect([28, 57, 56].map((id) => outcomes(performed)[id])).toEqual(['superseded', 'superseded', 'superseded'])
    expect([58, 88, 59, 89, 87, 27].map((id) => outcomes(performed)[id])).toEqual(Array(6).fill('refreshed'))
    expect(summary.credits.spent).toBe(30)
  })

  test('stopped and resumed, they still share', async () => {
    const stage = await begin({ people: thrice(40), vendor: { latencyMs: 20 } })
    const config = stage.config(byEmail({ vendor: { limits: { maxConcurrent: 2 } } }))
    const first = await perform(config, {}, { onEvent: (event, run) => event.type === 'item' && run().stop() })
    expect(first.summary.records.remaining).toBeGreaterThan(0)
    const { summary } = await goOn(config)
    expect(summary).toMatchObject({
      status: 'completed',
      records: { refreshed: 120, shared: 80 },
      credits: { saved: 80 },
    })
    expect(booksOf(summary, stage)).toEqual({ spent: 40, billed: 40, refreshed: 120 })
    expect(await stage.rows(`SELECT * FROM ${stage.own('duplicate')}`)).toEqual([])
  })

  test('a dry run and a plan say how many share, and what that saves', async () => {
    const stage = await begin({ people: thrice(20), vendor: { allotment: 50 } })
    const cycle = { resetsAt: () => new Date(stage.beganAt + 10 * 86_400_000) }
    const resolved = resolveConfig(
      stage.config(byEmail({ credits: { cycle }, job: { schedule: { beforeReset: '12h' } } })),
    )
    if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
    const forecast = await dryRun(resolved.config, {})
    expect(forecast.records).toMatchObject({ eligible: 60, shared: 40, selected: 20 })
    expect(forecast.credits).toMatchObject({ atMost: 20, saved: 40 })
    expect(describeDryRun(forecast)[1]).toContain('40 share the call of another, and save 40 credits')

    const log = await createLog({ level: 'silent', pretty: false, color: false, secrets: resolved.config.secrets })
    const planned = await plan(resolved.config, undefined, log)
    expect(planned.records).toMatchObject({ eligible: 60, shared: 40 })
    expect(planned.credits).toMatchObject({ saved: 40, expectedUse: { typical: 20, most: 20 } })
    expect(planned.unused.because).toMatchObject([{ cause: 'too-few-records', credits: 30 }])
    expect(describePlan(planned, 'UTC')[1]).toContain(
      '60 eligible, of which 40 share the call of another, and save 40 credits',
    )
  })

  test('a column that is not there, or cannot be compared, is told before anything is spent', async () => {
    const stage = await begin({ people: 3 })
    await expect(stage.run(byEmail({}, { dedupeBy: ['emial'] }))).rejects.toMatchObject({
      problems: [{ path: 'records.dedupeBy[0]', hint: expect.stringContaining('email') }],
    })
    expect(stage.vendor.bill.totals().charges).toBe(0)
  })
})
