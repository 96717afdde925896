import { DatabaseSetBackError, NotDueError } from '../domain/errors/errors.ts'
import { type Ending, ending, type Run, type RunSummary, summarize } from '../domain/run/run.ts'
import { type ActiveRun, activeRun } from './active-run.ts'
import { type Begun, beginRun } from './begin/begin-run.ts'
import { closeExpiredRuns } from './begin/close-expired-runs.ts'
import { runNow, snapshotOf } from './commit/checkpoint.ts'
import { DatabaseGoneError } from './commit/committer.ts'
import type { StopSwitch } from './control/stop-switch.ts'
import { acquireLease } from './lease/acquire-lease.ts'
import { LeaseKeeper } from './lease/lease-keeper.ts'
import type { RunParts } from './ports/run-parts.ts'
import type { RunRequest } from './ports/run-spec.ts'
import { pruneReplies } from './retention/prune-replies.ts'
import { pruneRuns } from './retention/prune-runs.ts'
import { workOn } from './run-loop.ts'

/**
 * The main job: acquires the lease, reads the balance, opens the books, works on the run until it ends or must stop, and
 * releases the lease. Throws LeaseHeldError, InputError, NotDueError and BalanceUnreadableError, all before anything is
 * spent.
 */
export async function refreshRun(request: RunRequest, parts: RunParts, stop: StopSwitch): Promise<RunSummary> {
  const { store, rules } = parts
  const lease = await acquireLease(rules.name, { ...parts, ttlMs: parts.leaseMs, signal: stop.signal })
  const keeper = new LeaseKeeper(lease, parts.leaseMs, parts)
  keeper.start(() => stop.stop('interrupted'))
  let released = false
  const beginAndWork = async (what: RunRequest, by: RunParts) =>
    work(await beginRun(what, by, keeper.lease, stop.signal), by, keeper, stop)
  try {
    await pruneReplies(parts, stop.signal)
    await pruneRuns(parts, stop.signal)
    const unwanted = (await request.mayBegin?.()) ?? null
    if (unwanted !== null) throw new NotDueError(unwanted)
    if (request.kind === 'new')
      await closeExpiredRuns(parts, keeper.lease, ({ id }, by) => beginAndWork({ kind: 'resume', runId: id }, by))
    const { summary, lost } = await beginAndWork(request, parts)
    released = lost
    return summary
  } finally {
    keeper.stop()
    if (!released)
      await store.releaseLease(keeper.lease).catch((err) => parts.log.warn({ err }, 'the lease could not be released'))
  }
}

async function work(
  begun: Begun,
  parts: RunParts,
  keeper: LeaseKeeper,
  stop: StopSwitch,
): Promise<{ summary: RunSummary; lost: boolean }> {
  const { store, clock } = parts
  const run = activeRun({ ...parts, ...begun, lease: keeper })
  stop.attach(run.stop)
  let how: Ending
  try {
    how = withBackAt(await workOn(run), run.refusals.backAt)
  } catch (error) {
    return endWithoutDatabase(error, run)
  }
  const at = clock.now()
  const { committer } = run
  if (at >= begun.deadline.resetAt && how.status === 'stopped')
    await committer.persist([], () => store.expireCalls(keeper.lease, begun.run.no))
  const snapshot = { ...snapshotOf(run), at }
  const ended = await committer.persist([], () => store.endRun(runNow(run), how, snapshot, keeper.lease))
  return { summary: announceEnd(ended, how, parts), lost: false }
}

/** A run that ends for want of credits keeps when they come back. */
function withBackAt(how: Ending, backAt: number | null): Ending {
  return how.stopReason === 'credits-exhausted' && backAt !== null ? { ...how, backAt } : how
}

/** Ends the run in memory if the database is unreachable or was restored to an older state. Other errors are rethrown. */
function endWithoutDatabase(error: unknown, active: ActiveRun): { summary: RunSummary; lost: boolean } {
  if (!(error instanceof DatabaseGoneError || error instanceof DatabaseSetBackError)) throw error
  const how: Ending = { ...ending('error', error.message), status: 'stopped' }
  const run = { ...runNow(active), ...how, endedAt: active.clock.now(), activeMs: active.totals.activeMs }
  return { summary: announceEnd(run, how, active), lost: true }
}

function announceEnd(run: Run, how: Ending, { emit, log }: Pick<RunParts, 'emit' | 'log'>): RunSummary {
  const summary = summarize(run)
  emit({ type: 'ended', summary })
  log.info({ runId: run.id, status: how.status, stopReason: how.stopReason, detail: how.detail }, 'run ended')
  return summary
}
