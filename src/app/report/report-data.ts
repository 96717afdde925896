import type { Figures } from '../../report/report.ts'
import type { Connection, Transaction } from '../../store/client.ts'
import { callCosts } from '../../store/ledger/call-costs.ts'
import { decisionsOfRun, unsettledOf } from '../../store/ledger/deciding-store.ts'
import { firstChanges } from '../../store/runs/items.ts'
import { outcomesOf } from '../../store/runs/outcomes.ts'
import { findRun, isPruned } from '../../store/runs/runs.ts'
import { readSnapshots } from '../../store/runs/snapshots.ts'
import { summaryOf } from '../past/past-runs.ts'

/** The most of each outcome's reasons, of unknown calls and of decisions. */
const MOST = 50
const MOST_CHANGES = 20

/** What a report needs of the database. It can be sent to another thread. */
export type ReportData = Omit<Figures, 'madeAt' | 'judgement' | 'deadline' | 'timeZone' | 'steady' | 'per' | 'price'>

/** From one snapshot, so that the parts of a running run add up. Null: no such run. */
export function reportData({ snapshot, dialect }: Connection, id: string, now: number): Promise<ReportData | null> {
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
      reasons: await outcomesOf(tx, dialect, no, MOST),
      snapshots: await readSnapshots(tx, no),
      unsettled: await unsettledOf(tx, dialect, no, summary.status === 'running', MOST),
      decisions: await decisionsOfRun(tx, no, MOST),
      changed: await someChanges(tx, no),
    }
  })
}

async function someChanges(tx: Transaction, runNo: number): Promise<Figures['changed']> {
  const all = (await firstChanges(tx, runNo, MOST_CHANGES)).flatMap(({ key, changes }) =>
    Object.entries(changes).map(([column, [before, after]]) => ({ key, column, before, after })),
  )
  return all.slice(0, MOST_CHANGES)
}
