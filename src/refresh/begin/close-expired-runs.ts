import type { Run } from '../../domain/run.ts'
import { isOver } from '../control/cycle-over.ts'
import type { Lease } from '../ports/lease.ts'
import type { RunParts } from '../ports/run-parts.ts'

/**
 * Ends what runs of billing cycles that are over have left behind, before a new run begins: replies that were paid for
 * are committed from the journal, and what their calls hold is settled. No call goes out for them, so that none of the
 * new cycle's credits are spent or held. `goOn` takes up a run that was interrupted; its deadline has passed.
 */
export async function closeExpiredRuns(
  parts: RunParts,
  lease: Lease,
  goOn: (run: Run, parts: RunParts) => Promise<unknown>,
): Promise<void> {
  const { store, rules, log, source } = parts
  for (const run of await store.unsettledRuns(rules.name)) {
    if (!isOver(run, parts)) continue
    log.info({ runId: run.id, status: run.status }, 'a run of a billing cycle that is over is wound up')
    const interrupted = (run.status === 'running' || run.status === 'stopped') && run.source === source
    // Whoever follows the new run is not told of this one.
    if (interrupted) await goOn(run, { ...parts, emit: () => {} })
    else await store.expireCalls(lease, run.no)
  }
}
