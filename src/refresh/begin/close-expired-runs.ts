import type { Run } from '../../domain/run/run.ts'
import { isOver } from '../control/cycle-over.ts'
import type { Lease } from '../ports/lease.ts'
import type { RunParts } from '../ports/run-parts.ts'

/**
 * Closes runs whose billing cycle has ended, before a new run begins: paid replies are committed from the journal, and
 * held credits are settled. No call is sent for them, so none of the new cycle's credits are spent or held. `goOn`
 * resumes an interrupted run; since its deadline has passed, it ends at once.
 */
export async function closeExpiredRuns(
  parts: RunParts,
  lease: Lease,
  goOn: (run: Run, parts: RunParts) => Promise<unknown>,
): Promise<void> {
  const { store, rules, log, source } = parts
  for (const run of await store.unsettledRuns(rules.name)) {
    if (!isOver(run, parts)) continue
    log.info({ runId: run.id, status: run.status }, 'closing a run whose billing cycle has ended')
    const isResumable = (run.status === 'running' || run.status === 'stopped') && run.source === source
    // Listeners follow the new run only: no events of this one.
    if (isResumable) await goOn(run, { ...parts, emit: () => {} })
    else await store.expireCalls(lease, run.no)
  }
}
