import { DatabaseSetBackError, NotDueError } from '../domain/errors.ts'
import { type Ending, ending, type Run, type RunSummary, summarize } from '../domain/run.ts'
import { type Begun, beginRun } from './begin-run.ts'
import { closeExpiredRuns } from './close-expired-runs.ts'
import { DatabaseGoneError } from './commit/committer.ts'
import type { StopSwitch } from './control/stop-switch.ts'
import { acquireLease } from './lease/acquire-lease.ts'
import { LeaseKeeper } from './lease/lease-keeper.ts'
import { pruneReplies } from './retention/prune-replies.ts'
import { pruneRuns } from './retention/prune-runs.ts'
import { Execution } from './run-loop.ts'
import type { RunParts } from './run-parts.ts'
import type { RunRequest } from './run-spec.ts'

/**
 * The main job: takes the lease, reads the balance, opens the books, works the run to its end or until it must stop,
 * and lets go of the lease. Throws LeaseHeldError, InputError and BalanceUnreadableError before anything is spent.
 */
export async function refreshRun(request: RunRequest, parts: RunParts, stop: StopSwitch): Promise<RunSummary> {
  const { store, rules } = parts
  const lease = await acquireLease(rules.name, { ...parts, ttlMs: parts.leaseMs, signal: stop.signal })
  const keeper = new LeaseKeeper(lease, parts.leaseMs, parts)
  keeper.start(() => stop.stop('interrupted'))
  let released = false
  const carryOut = async (what: RunRequest, by: RunParts) =>
    work(await beginRun(what, by, keeper.lease, stop.signal), by, keeper, stop)
  try {
    await pruneReplies(parts, stop.signal)
    await pruneRuns(parts, stop.signal)
    const unwanted = (await request.mayBegin?.()) ?? null
    if (unwanted !== null) throw new NotDueError(unwanted)
    if (request.kind === 'new')
      await closeExpiredRuns(parts, keeper.lease, ({ id }, by) => carryOut({ kind: 'resume', runId: id }, by))
    const { summary, lost } = await carryOut(request, parts)
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
  const execution = new Execution({
    ...parts,
    run: begun.run,
    selection: begun.spec.selection,
    limit: begun.spec.limit,
    ledger: begun.ledger,
    work: begun.again,
    resend: begun.left.resend,
    suspects: begun.left.suspects,
    left: begun.left.finished,
    resolvableAt: begun.resolvableAt,
    elsewhereResolvableAt: begun.elsewhereResolvableAt,
    deadline: begun.deadline,
    steady: begun.spec.pace === 'steady',
    opening: begun.opening,
    lease: keeper,
  })
  stop.attach((reason, detail) => execution.stop(reason, detail))
  let how: Ending
  try {
    how = await execution.execute()
  } catch (error) {
    return broken(error, execution, parts)
  }
  const now = parts.clock.now()
  if (now >= begun.deadline.resetAt && how.status === 'stopped')
    await execution.persist(() => parts.store.expireCalls(keeper.lease, begun.run.no))
  const snapshot = { ...execution.snapshot(), at: now }
  const run = await execution.persist(() => parts.store.endRun(execution.run, how, snapshot, keeper.lease))
  return { summary: tell(run, how, parts), lost: false }
}

/** What the run could not say itself: the database is gone, or was set back. Everything else is thrown on. */
function broken(error: unknown, execution: Execution, parts: RunParts): { summary: RunSummary; lost: boolean } {
  if (!(error instanceof DatabaseGoneError || error instanceof DatabaseSetBackError)) throw error
  const how: Ending = { ...ending('error', error.message), status: 'stopped' }
  const run = { ...execution.run, ...how, endedAt: parts.clock.now(), activeMs: execution.activeMs() }
  return { summary: tell(run, how, parts), lost: true }
}

function tell(run: Run, how: Ending, { emit, log }: RunParts): RunSummary {
  const summary = summarize(run)
  emit({ type: 'ended', summary })
  log.info({ runId: run.id, status: how.status, stopReason: how.stopReason, detail: how.detail }, 'run ended')
  return summary
}
