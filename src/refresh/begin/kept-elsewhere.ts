import { hasEnded, type Run } from '../../domain/run/run.ts'
import { monotonicAt } from '../../domain/time/clock.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { KeptElsewhere } from '../ports/run-spec.ts'
import { keepsOpenCalls, settlesWithinMs } from '../settle/settlement.ts'
import { lastSentBy } from './last-sent.ts'

/** A new run waits no longer than this for the vendor to have processed the open calls of others. */
const LONGEST_WAIT_MS = 120_000

type Parts = Pick<RunParts, 'store' | 'rules' | 'clock' | 'log'>

/** Runs other than `own` that can be resumed, and will send their open calls again. */
export async function keptRuns({ store, rules }: Pick<Parts, 'store' | 'rules'>, own: Run | null): Promise<Run[]> {
  if (!keepsOpenCalls(rules)) return []
  const unsettled = await store.unsettledRuns(rules.name)
  return unsettled.filter((run) => run.id !== own?.id && run.held > 0 && !hasEnded(run))
}

/**
 * Waits until the vendor has certainly processed the open calls of these runs: a balance then tells once and for all what
 * they have cost, and what is missing later is this run's. False where that takes too long, or no balance can tell.
 */
export async function areProcessed(runs: readonly Run[], parts: Parts, signal: AbortSignal): Promise<boolean> {
  const { rules, clock, log } = parts
  if (runs.length === 0 || (rules.balance === null && rules.remaining === null)) return false
  const withinMs = settlesWithinMs(rules)
  const at = monotonicAt(Math.max(...runs.map(lastSentBy)) + withinMs, withinMs, clock)
  const waitMs = at - clock.monotonic()
  if (waitMs > LONGEST_WAIT_MS) return false
  if (waitMs > 0) {
    log.info(
      { runs: runs.map(({ id }) => id), waitMs: Math.ceil(waitMs) },
      'waiting for what the open calls of another run have cost',
    )
    await clock.sleep(waitMs, signal)
  }
  return clock.monotonic() >= at
}

/** Tells whether any of these runs has done something since. */
export function signatureOf(runs: readonly Run[]): string {
  return runs.map(({ no, checkpoint }) => `${no}:${checkpoint}`).join(' ')
}

/** What their calls have cost as found when the run began; null: that is not known, or no longer so. */
export function keptCostOf(kept: KeptElsewhere | undefined, runs: readonly Run[]): KeptElsewhere['cost'] | null {
  return kept !== undefined && kept.runs === signatureOf(runs) ? kept.cost : null
}
