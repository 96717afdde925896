import type { Figures } from '../../report/report.ts'
import type { Connection, Transaction } from '../../store/client.ts'
import { callCosts } from '../../store/ledger/call-costs.ts'
import { decisionsOfRun, unsettledOf } from '../../store/ledger/deciding-store.ts'
import { firstChanges } from '../../store/runs/items.ts'
import { outcomesOf } from '../../store/runs/outcomes.ts'
import { findRun, isPruned } from '../../store/runs/runs.ts'
import { readSnapshots } from '../../store/runs/snapshots.ts'
import { summaryOf } from '../past/past-runs.ts'

/** So many reasons of each outcome; so many unknown calls and decisions. */
const REASONS = 50
const CALLS = 50
/** So many values that have changed, where they are kept. */
const CHANGES = 20

/** What the database has of a run for its report. It can be sent to another thread. */
export type ReportData = Omit<Figures, 'madeAt' | 'deadline' | 'timeZone' | 'steady' | 'per'>

/** As of one instant: a run at work moves on while it is read, and its parts would not add up. Null: no such run. */
export async function reportData(
  { snapshot, dialect }: Connection,
  id: string,
  now: number,
): Promise<ReportData | null> {
  return snapshot(async (tx) => {
    const run = await findRun(tx, id)
    if (run === null) return null
    const { no } = run
    const summary = await summaryOf(run, { client: tx }, now)
    return {
      run,
      summary,
      pruned: await isPruned(tx, no),
      costs: await callCosts(tx, dialect, no),
      reasons: await outcomesOf(tx, dialect, no, REASONS),
      snapshots: await readSnapshots(tx, no),
      unsettled: await unsettledOf(tx, dialect, no, summary.status === 'running', CALLS),
      decisions: await decisionsOfRun(tx, no, CALLS),
      changed: await someChanges(tx, no),
    }
  })
}

async function someChanges(tx: Transaction, runNo: number): Promise<Figures['changed']> {
  const all = (await firstChanges(tx, runNo, CHANGES)).flatMap(({ key, changes }) =>
    Object.entries(changes).map(([column, [before, after]]) => ({ key, column, before, after })),
  )
  return all.slice(0, CHANGES)
}
