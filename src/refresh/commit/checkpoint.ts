import { plus, toDecimal } from '../../domain/credits/credits.ts'
import { allowedPace } from '../../domain/run/kept-pace.ts'
import { type Run, summarize } from '../../domain/run/run.ts'
import type { ActiveRun } from '../active-run.ts'
import { asksForUnknown } from '../balance/allowance.ts'
import type { PlannedCall } from '../ports/calls.ts'
import type { CheckpointResult, CommittedItem, SnapshotRequest } from '../ports/store.ts'
import { mayWant } from '../select/select-items.ts'
import { keepsOpenCalls, released } from '../settle/settlement.ts'

/** Commits finished calls, and opens and reserves the planned, in one transaction: only then may they be sent. */
export async function checkpoint(active: ActiveRun, planned: readonly PlannedCall[]): Promise<void> {
  const { totals, account, minCallCost, ledger, rules, clock, coolDown, committer, journal, calls, snapshots } = active
  const { run, activeMs } = totals
  const now = clock.now()
  const { reported } = account
  const finished = active.finished.take()
  const madeOf = keepsOpenCalls(rules) ? active.maker.reader.columnsRead : undefined
  const result = await committer.commit({
    runNo: run.no,
    after: run.checkpoint,
    lastCall: run.lastCall,
    cursor: run.cursor,
    finished,
    open: {
      cost: rules.cost,
      recallPaid: rules.freeRepeat !== null,
      calls: planned,
      dedupeBy: active.spec.selection.dedupeBy,
      ...(madeOf !== undefined && { madeOf }),
    },
    calls: totals.takeCalls(),
    pace: active.pace.kept(now),
    account: {
      // The balance is what its only call asks for.
      expected: asksForUnknown(active, clock.monotonic()) ? null : ledger.expected,
      lastKnown: ledger.lastKnown,
      doubted: ledger.doubted,
      reported: reported?.balance ?? null,
      reportedAt: reported?.at ?? null,
      foundWith: active.fit.foundWith,
    },
    budget: ledger.budget ?? plus(ledger.spent, ledger.held, minCallCost),
    drift: ledger.belief.drift,
    canaryDone: isCanaryDone(active),
    warnings: active.warnings.all,
    activeMs,
    snapshot: snapshots.due(activeMs, active.pace.report.reason) ? snapshotOf(active) : null,
    coolDownIfRejected: now + coolDown.failedMs,
    countedColumns: active.countedColumns,
  })
  active.finished.committed()
  if (totals.isFirst) await journal.remove(run.id)
  for (const call of finished) calls.committed(call)
  book(active, madeOf ? { ...result, opened: result.opened.map((call) => ({ ...call, keptColumns: madeOf })) } : result)
}

/** The run as of the last checkpoint, with the drift as of now: a balance may have arrived since. */
export function runNow({ totals, ledger }: ActiveRun): Run {
  return { ...totals.run, drift: ledger.belief.drift }
}

/** A snapshot of the run; takes the latencies counted since the last one. */
export function snapshotOf({ clock, pace, totals, health }: ActiveRun): SnapshotRequest {
  const latencies = health.latencies.take()
  return { at: clock.now(), activeMs: totals.activeMs, pace: allowedPace(pace.report), latencies }
}

/** A paid reply has been of use, and the budget that the database holds is the run's own. */
function isCanaryDone({ fit, ledger }: ActiveRun): boolean {
  return fit.proven && ledger.budget !== null
}

/** After the commit: updates the books, releases the opened calls for sending, and emits events. */
function book(active: ActiveRun, result: CheckpointResult): void {
  const { totals, fit, calls, ledger, work, costProof } = active
  for (const call of result.opened) {
    ledger.opened(call.reservation)
    costProof.opened(call.items.length)
    for (const { item } of call.items) fit.opened(item.seq)
  }
  // These calls cannot be sent: their items go to the next checkpoint, which finds out which record is gone.
  for (const call of result.orphaned) {
    for (const { item } of call.items) work.putFront(item)
    active.finished.add(released(call, null, null))
  }
  fit.committed(result.items)
  totals.committed(result.sums, {
    budget: ledger.budget ?? totals.run.budget,
    balance: ledger.expected,
    canaryDone: isCanaryDone(active),
    warnings: active.warnings.all,
  })
  calls.add(result.opened)
  emitProgress(active, [...result.items, ...result.skipped])
}

function emitProgress(active: ActiveRun, committed: readonly CommittedItem[]): void {
  const { calls, health, committer, emit, pace, log, ledger, clock, totals } = active
  for (const { key, end, reason } of committed) if (end !== null) emit({ type: 'item', key, outcome: end, reason })
  const { report, pausedForMs } = pace
  const { inFlight } = calls
  const { spendable } = ledger
  const pausedUntil = pausedForMs === 0 ? 0 : Math.round(clock.now() + pausedForMs)
  emit({
    type: 'progress',
    summary: { ...summarize(runNow(active)), pace: allowedPace(report) },
    pace: { ...report, pausedUntil, inFlight, latencyMs: health.latencyMs },
    spendable: spendable === null ? null : toDecimal(spendable),
    errors: totals.errors,
    selectsMore: mayWant(active),
  })
  const commitMs = Math.round(committer.takesMs)
  log.debug({ items: committed.length, waiting: calls.unsent, inFlight, commitMs }, 'checkpoint')
}
