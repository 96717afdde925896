import { describe, expect, test } from 'vitest'
import { fileJournal } from '../../src/store/checkpoint/journal.ts'
import type { Dialect } from '../../src/store/sql.ts'
import { onStagesOf } from '../integration/support/on-each-stage.ts'
import { goOn } from '../integration/support/perform.ts'
import type { Stage } from '../integration/support/stage.ts'
import { charges, reached, until } from './resets.ts'

/** What holds at a reset, on one database; each test waits for one. */
export function atTheReset(dialect: Dialect): void {
  onStagesOf(dialect, (begin) => {
    test('a run stops so long before the reset as its job says, and nothing is charged after', async () => {
      const stage = await begin({ people: 3_000, vendor: { allotment: 5_000, latencyMs: { min: 20, max: 40 } } })
      const changes = { job: { stopBeforeReset: '1s' }, vendor: { timeoutMs: 500 } }
      const { reset, config } = until(stage, 4_000, changes)
      const { summary } = await stage.run(config)
      expect(summary).toMatchObject({ status: 'stopped', stopReason: 'deadline', credits: { unknown: 0 } })
      expect(summary.detail).toContain(new Date(reset.at).toISOString())
      await reached(reset.at)
      const { before, after, lastAt } = charges(stage, reset.at)
      expect(before).toBeGreaterThan(5)
      expect(after).toBe(0)
      // A call is charged when it arrives, which is a moment after it was let go.
      expect(reset.at - lastAt).toBeGreaterThan(900)
      // It used its time: the last call left shortly before it had to.
      expect(reset.at - lastAt).toBeLessThan(3_000)
      expect(summary.credits.spent).toBe(before)
    })

    test('a run that begins when it should have stopped sends nothing', async () => {
      const stage = await begin({ people: 20 })
      const { summary } = await stage.run(until(stage, 60_000).config)
      expect(summary).toMatchObject({ status: 'stopped', stopReason: 'deadline', calls: { sent: 0 } })
      expect(stage.vendor.bill.totals().charges).toBe(0)
    })

    describe('after the reset', () => {
      /** A run that was stopped before the reset, which has come. */
      async function overdue(stage: Stage) {
        const { reset, config } = until(stage, 8_000, { job: { stopBeforeReset: '0s' } })
        const { summary } = await stage.run(
          config,
          {},
          {
            onEvent: ({ type }, handle) => {
              if (type === 'item' && stage.vendor.bill.totals().charges >= 10) handle().stop()
            },
          },
        )
        expect(summary).toMatchObject({ status: 'stopped', stopReason: 'interrupted' })
        await reached(reset.at)
        return { summary, config, reset }
      }
      const SETTING = { people: 120, vendor: { allotment: 300, latencyMs: { min: 5, max: 15 } } }

      test('resume ends the old run and spends nothing of the new cycle; run begins a new one', async () => {
        const stage = await begin(SETTING)
        const { summary: first, config, reset } = await overdue(stage)
        const resumed = await goOn(stage.config(config))
        expect(resumed.summary).toMatchObject({ runId: first.runId, status: 'stopped', stopReason: 'deadline' })
        expect(resumed.summary.detail).toMatch(/its billing cycle ended at .*a new run/)
        expect(charges(stage, reset.at).after).toBe(0)
        await expect(goOn(stage.config(config))).rejects.toMatchObject({
          code: 'NOTHING_TO_RESUME',
          problems: [{ found: expect.stringContaining('whose billing cycle has ended') }],
        })
        const { summary: next } = await stage.run(config)
        expect(next).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
        expect(next.runId).not.toBe(first.runId)
        expect(next.credits.budget).toBe(300)
      })

      test('what calls of the old run held is not held from the new cycle', async () => {
        const stage = await begin(SETTING)
        const { summary: first, config } = await overdue(stage)
        // As a process leaves it that is killed: it runs, and has calls that nobody knows of.
        await stage.execute(
          `UPDATE ${stage.own('run')} SET status = 'running', held = 40000000, unknown = 10000000`,
          `INSERT INTO ${stage.own('call')} (run_no, n, state, items, reservation, opened_at)
          VALUES (1, 9001, 'open', '[]', 30000000, 1), (1, 9002, 'unknown', '[]', 10000000, 1)`,
        )
        const { summary: next } = await stage.run({ ...config, credits: { ...config.credits, allotment: 300 } })
        expect(next).toMatchObject({ status: 'completed', credits: { budget: 300, unknown: 0 } })
        expect(next.runId).not.toBe(first.runId)
        const [old] = await stage.rows(
          `SELECT status, stop_reason, held, unknown, spent FROM ${stage.own('run')} WHERE no = 1`,
        )
        expect(old).toMatchObject({ status: 'stopped', stop_reason: 'deadline' })
        expect([old?.held, old?.unknown].map(Number)).toEqual([0, 0])
        expect(Number(old?.spent)).toBe((first.credits.spent + 40) * 1_000_000)
        expect(await stage.rows(`SELECT n FROM ${stage.own('call')} WHERE state IN ('open', 'unknown')`)).toEqual([])
      })

      test('a reply that was paid for and kept in the journal is written, and no call goes out for the rest', async () => {
        const stage = await begin(SETTING)
        const { summary: first, config, reset } = await overdue(stage)
        const [item] = await stage.rows(
          `SELECT seq, "key", refreshed_at FROM ${stage.own('item')} WHERE state = 'pending' ORDER BY seq LIMIT 1`,
        )
        const kept = { seq: Number(item?.seq), key: String(item?.key), selectedAt: String(item?.refreshed_at) }
        await stage.execute(
          `UPDATE ${stage.own('run')} SET status = 'running', held = 1000000, last_item = ${kept.seq}, last_call = 9001`,
          `INSERT INTO ${stage.own('call')} (run_no, n, state, items, reservation, opened_at)
          VALUES (1, 9001, 'open', '[${kept.seq}]', 1000000, 1)`,
        )
        const written = { ...kept, attempts: 0, end: 'refreshed' as const, reason: null, coolDownUntil: null }
        await fileJournal(stage.config().journalDir ?? '').write(first.runId, [
          {
            n: 9001,
            nonce: '',
            state: 'settled',
            reservation: 1_000_000 as never,
            cost: 1_000_000 as never,
            saved: 0 as never,
            status: 200,
            openedAt: 1,
            items: [{ ...written, values: { job_title: 'kept' }, tried: true, paid: true, duplicates: [] }],
          },
        ])
        const { summary } = await goOn(stage.config(config))
        expect(summary).toMatchObject({ status: 'stopped', stopReason: 'deadline', credits: { unknown: 0 } })
        expect(summary.records.refreshed).toBe(first.records.refreshed + 1)
        expect(await stage.rows(`SELECT job_title FROM people WHERE id = ${kept.key}`)).toEqual([{ job_title: 'kept' }])
        expect(charges(stage, reset.at).after).toBe(0)
      })
    })
  })
}
