import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pastRun } from '../../../src/app/past/past-runs.ts'
import { csvReport, makeReport } from '../../../src/app/report/report.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { InputError, type RunEvent, run, type SpenddownConfig } from '../../../src/index.ts'
import { Metrics } from '../../../src/observability/metrics/metrics.ts'
import { connect } from '../../../src/store/client.ts'
import { type Db, sql } from '../../../src/store/sql.ts'
import { balances } from '../support/config.ts'
import { onEachStage, onOneStage } from '../support/on-each-stage.ts'

const NOW = Date.UTC(2026, 10, 30)

function checked(config: SpenddownConfig) {
  const resolved = resolveConfig(config)
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  return resolved.config
}

onEachStage((begin) => {
  test('what many records in one call have cost is found, and unknown calls are named with their records', async () => {
    const stage = await begin({ people: 30, vendor: { allotment: 500, matchRate: 0.7, seed: 5 } })
    const bulk = {
      maxRecords: 10,
      request: (records: readonly Record<string, unknown>[]) => {
        return {
          method: 'POST',
          path: '/v1/bulk',
          json: { requests: records.map(({ email }) => ({ email })) },
        } as const
      },
      results: (body: { status: number; data: unknown }[]) => body.map(({ status, data }) => ({ status, data })),
    }
    const { summary } = await stage.run({ vendor: { single: undefined, bulk: bulk as never } })
    const config = checked(stage.config())
    const { accounts } = await makeReport(config, summary.runId, NOW)
    expect(accounts.parts[0]).toMatchObject({ what: 'refreshed', credits: stage.vendor.bill.totals().lookupCredits })

    await stage.execute(
      `UPDATE ${stage.own('call')} SET state = 'unknown', reason = 'no answer within 2 s' WHERE n = 1`,
      `UPDATE ${stage.own('run')} SET unknown = 10000000, held = 10000000`,
    )
    const { unknownCalls, accounts: later } = await makeReport(config, summary.runId, NOW)
    expect(unknownCalls).toMatchObject({
      calls: 1,
      first: [{ id: `${summary.runId}/1`, reason: 'no answer within 2 s' }],
    })
    expect(unknownCalls.first[0]?.examples.length).toBeGreaterThan(0)
    expect(later.unknown.credits).toBe(10)

    // Settled, by whomever: it keeps the reason why it was unknown, and is no price of fresh data.
    const [one] = await stage.rows(`SELECT CAST(cost AS INTEGER) AS cost FROM ${stage.own('call')} WHERE n = 1`)
    await stage.execute(`UPDATE ${stage.own('call')} SET state = 'settled' WHERE n = 1`)
    const { accounts: settled } = await makeReport(config, summary.runId, NOW)
    const lost = settled.parts.find(({ what }) => what === 'lost-answers')
    expect(lost).toMatchObject({ of: 'spent', microCredits: Number(one?.cost) })
    expect((settled.parts[0]?.microCredits ?? 0) + Number(one?.cost)).toBe(settled.spent.microCredits)
  })

  test('of a run whose items are gone the sums are left; a run that is not there is refused', async () => {
    const stage = await begin({ people: 10 })
    const config = checked(stage.config())
    await expect(makeReport(config, null, NOW)).rejects.toThrow(/no runs of vendor "simulated"/)
    const { summary } = await stage.run({ credits: { balance: balances.endpoint } })
    await stage.execute(
      ...['item', 'call', 'snapshot'].map((table) => `DELETE FROM ${stage.own(table)}`),
      `UPDATE ${stage.own('run')} SET pruned_at = 1`,
    )
    const report = await makeReport(config, summary.runId, NOW)
    expect(report).toMatchObject({
      pruned: true,
      run: { records: { refreshed: 10 } },
      course: { points: [], ideal: null },
    })
    expect(report.accounts.parts[0]).toMatchObject({ what: 'unassigned', credits: 10 })
    await expect(makeReport(config, 'nope', NOW)).rejects.toThrow(/no run "nope"/)
  })

  test('what is read for a report is as of one instant, whatever is committed meanwhile', async () => {
    const stage = await begin({ people: 3 })
    const { connection } = stage.database
    const reader = await connect(stage.database.url, stage.dialect)
    const count = (db: Db) => db.$queryRaw<{ n: bigint | number }[]>(sql`SELECT count(*) AS n FROM people`)
    const seen = await reader.snapshot(async (tx) => {
      const before = await count(tx)
      await stage.execute('DELETE FROM people WHERE id = 1')
      return [before, await count(tx), await count(connection.client)].map(([row]) => Number(row?.n))
    })
    await reader.close()
    expect(seen).toEqual([3, 3, 2])
  })
})

onOneStage((begin) => {
  test('calls of a run at work are in flight, and not unknown', async () => {
    const stage = await begin({ people: 10, vendor: { allotment: 100, faults: { hang: {} } } })
    const raw = stage.config({ vendor: { timeoutMs: 5_000, onUnknown: 'skip' } })
    const handle = run(raw)
    const open = `SELECT count(*) AS n FROM ${stage.own('call')} WHERE state = 'open'`
    const isOpen = () =>
      stage.rows(open).then(
        ([row]) => Number(row?.n) > 0,
        () => false,
      )
    await expect.poll(isOpen).toBe(true)
    const report = await makeReport(checked(raw), null, Date.now())
    handle.stop()
    await handle.summary
    expect(report).toMatchObject({ run: { status: 'running' }, unknownCalls: { calls: 0, holds: 0, first: [] } })
    expect(report.accounts.unknown.credits).toBe(0)
    expect(report.accounts.parts[0]).toMatchObject({ of: 'unused', what: 'in-flight' })
    // Once nobody is at work, what stands open is as unknown as the others.
    await stage.execute(
      `UPDATE ${stage.own('call')} SET state = 'open' WHERE n = 1`,
      `UPDATE ${stage.own('run')} SET held = 1000000, unknown = 0`,
    )
    const { unknownCalls, accounts } = await makeReport(checked(raw), null, NOW)
    expect([unknownCalls.calls, unknownCalls.holds, accounts.unknown.credits]).toEqual([1, 1, 1])
  })

  test('a database that is not there is refused, and not made', async () => {
    const stage = await begin({ people: 1 })
    const raw = stage.config()
    const file = join(raw.journalDir ?? '', 'nowhere.db')
    const config = checked({ ...raw, database: { url: `file:${file}` } })
    await expect(makeReport(config, null, NOW)).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' })
    await expect(csvReport({ ...config, vendor: null }, null, async () => {})).rejects.toMatchObject({
      code: 'DATABASE_NOT_FOUND',
    })
    expect(existsSync(file)).toBe(false)
  })

  test("report, status, metrics and the vendor's bill have the same figures", async () => {
    const faults = { unprocessable: { rate: 0.05 }, emptyData: { rate: 0.05 }, error500: { rate: 0.05 } }
    const vendor = { allotment: 500, matchRate: 0.8, seed: 3, faults, latencyMs: { min: 2, max: 9 } }
    const stage = await begin({ people: 120, vendor })
    const metrics = new Metrics('simulated', ['month-end'])
    const controls = { onEvent: (event: RunEvent) => metrics.event(event), probe: metrics }
    const summary = await run(stage.config(), {}, controls).summary
    const config = checked(stage.config())
    const report = await makeReport(config, null, NOW)
    const bill = stage.vendor.bill.totals()

    expect(report.run).toEqual(JSON.parse(JSON.stringify(summary)))
    expect(report.run).toEqual(await pastRun({ database: config.database, vendor: null }, summary.runId))
    expect(report.accounts.spent.credits).toBe(bill.lookupCredits)
    const parts = Object.fromEntries(report.accounts.parts.map(({ what, credits }) => [what, credits]))
    expect(parts.refreshed).toBe(summary.records.refreshed)
    // Empty data was a match, and charged.
    expect((parts.refreshed ?? 0) + (parts.failed ?? 0)).toBe(bill.lookupCredits)
    expect(parts.failed).toBeGreaterThan(0)
    for (const { outcome, records, reasons, others } of report.reasons) {
      expect(records).toBe(summary.records[outcome])
      expect(reasons.reduce((sum, each) => sum + each.records, 0) + others).toBe(records)
      expect(others).toBe(0)
    }
    expect(report.reasons.find(({ outcome }) => outcome === 'failed')?.reasons.map(({ reason }) => reason)).toContain(
      'status 422',
    )

    const text = await metrics.text()
    const labels = 'vendor="simulated",job="month-end"'
    expect(text).toContain(`spenddown_spent_credits_total{${labels}} ${report.accounts.spent.credits}\n`)
    expect(text).toContain(`spenddown_records_total{${labels},outcome="refreshed"} ${report.run.records.refreshed}\n`)
    expect(text).toContain(`spenddown_records_total{${labels},outcome="not_found"} ${report.run.records.notFound}\n`)
    expect(text).toContain(`spenddown_records_total{${labels},outcome="failed"} ${report.run.records.failed}\n`)

    const calls = [...text.matchAll(/spenddown_calls_total\{[^}]*outcome="(\w+)"\} (\d+)/g)]
    const counted: Record<string, number> = Object.fromEntries(
      calls.map(([, outcome, count]) => [outcome, Number(count)]),
    )
    expect(Object.values(counted).reduce((sum, count) => sum + count, 0)).toBe(report.run.calls.sent)
    expect(counted.failed).toBe(report.run.calls.failed)

    const last = report.course.points.at(-1)
    expect(last).toMatchObject({ credits: { spent: bill.lookupCredits }, calls: summary.calls })
    const ended = report.course.outcomes.times.reduce((sum, { records }) => sum + records.refreshed, 0)
    expect(ended).toBe(summary.records.refreshed)
  })
})
