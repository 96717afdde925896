import type { Ledger } from '../../domain/books/ledger.ts'
import { type Credits, plus, toDecimal } from '../../domain/credits/credits.ts'
import { allowedPace } from '../../domain/run/kept-pace.ts'
import { type Run, summarize } from '../../domain/run/run.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { AccountWatch } from '../balance/account-watch.ts'
import type { CallHealth } from '../call/call-health.ts'
import type { CallMaker } from '../call/call-maker.ts'
import type { OpenCalls } from '../call/open-calls.ts'
import type { Emit } from '../events/events.ts'
import type { ConfigFit } from '../open/config-fit.ts'
import type { PlannedCall } from '../ports/calls.ts'
import type { Journal } from '../ports/journal.ts'
import type { Log } from '../ports/log.ts'
import type { Pace } from '../ports/pace.ts'
import type { CoolDown } from '../ports/run-parts.ts'
import type { CheckpointResult, CommittedItem, SnapshotRequest } from '../ports/store.ts'
import type { VendorRules } from '../ports/vendor.ts'
import { mayWant, type SelectParts } from '../select/select-items.ts'
import type { WorkList } from '../select/work-list.ts'
import { keepsOpenCalls, released } from '../settle/settlement.ts'
import type { Committer } from './committer.ts'
import type { FinishedCalls } from './finished-calls.ts'
import type { SnapshotTimer } from './snapshot-timer.ts'
import type { Totals } from './totals.ts'
import type { Warnings } from './warnings.ts'

export interface CheckpointParts extends Pick<SelectParts, 'selection' | 'limit'> {
  readonly committer: Committer
  readonly journal: Journal
  readonly totals: Totals
  readonly finished: FinishedCalls
  readonly ledger: Ledger
  readonly account: AccountWatch
  readonly rules: VendorRules
  readonly maker: CallMaker
  readonly calls: OpenCalls
  readonly work: WorkList
  readonly fit: ConfigFit
  readonly pace: Pace
  readonly health: CallHealth
  readonly snapshots: SnapshotTimer
  readonly warnings: Warnings
  readonly coolDown: CoolDown
  readonly minCallCost: Credits
  readonly clock: Clock
  readonly log: Log
  readonly emit: Emit
}

/** Commits finished calls, and opens and reserves the planned, in one transaction: only then may they be sent. */
export async function checkpoint(parts: CheckpointParts, planned: readonly PlannedCall[]): Promise<void> {
  const { totals, account, minCallCost, ledger, rules, clock, coolDown, committer, journal, calls, snapshots } = parts
  const { run, activeMs } = totals
  const now = clock.now()
  const { reported } = account
  const finished = parts.finished.take()
  const madeOf = keepsOpenCalls(rules) ? parts.maker.columnsRead : undefined
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
      dedupeBy: parts.selection.dedupeBy,
      ...(madeOf !== undefined && { madeOf }),
    },
    calls: totals.takeCalls(),
    pace: parts.pace.kept(now),
    account: {
      expected: ledger.expected,
      lastKnown: ledger.lastKnown,
      doubted: ledger.belief.doubted,
      reported: reported?.balance ?? null,
      reportedAt: reported?.at ?? null,
      foundWith: parts.fit.foundWith,
    },
    budget: ledger.budget ?? plus(ledger.spent, ledger.held, minCallCost),
    drift: ledger.belief.drift,
    canaryDone: isCanaryDone(parts),
    warnings: parts.warnings.all,
    activeMs,
    snapshot: snapshots.due(activeMs, parts.pace.report.reason) ? snapshotOf(parts) : null,
    coolDownIfRejected: now + coolDown.failedMs,
  })
  if (totals.isFirst) await journal.remove(run.id)
  for (const call of finished) calls.committed(call)
  book(parts, madeOf ? { ...result, opened: result.opened.map((call) => ({ ...call, keptColumns: madeOf })) } : result)
}

/** The run as of the last checkpoint, with the drift as of now: a balance may have arrived since. */
export function runNow({ totals, ledger }: Pick<CheckpointParts, 'totals' | 'ledger'>): Run {
  return { ...totals.run, drift: ledger.belief.drift }
}

/** A snapshot of the run; takes the latencies counted since the last one. */
export function snapshotOf({
  clock,
  pace,
  totals,
  health,
}: Pick<CheckpointParts, 'clock' | 'pace' | 'totals' | 'health'>): SnapshotRequest {
  const latencies = health.latencies.take()
  return { at: clock.now(), activeMs: totals.activeMs, pace: allowedPace(pace.report), latencies }
}

/** A paid reply has been of use, and the budget that the database holds is the run's own. */
function isCanaryDone({ fit, ledger }: CheckpointParts): boolean {
  return fit.proven && ledger.budget !== null
}

/** After the commit: updates the books, releases the opened calls for sending, and emits events. */
function book(parts: CheckpointParts, result: CheckpointResult): void {
  const { totals, fit, calls, ledger, work } = parts
  for (const call of result.opened) {
    ledger.opened(call.reservation)
    for (const { item } of call.items) fit.opened(item.seq)
  }
  // These calls cannot be sent: their items go to the next checkpoint, which finds out which record is gone.
  for (const call of result.orphaned) {
    for (const { item } of call.items) work.putFront(item)
    parts.finished.add(released(call, null, null))
  }
  fit.committed(result.items)
  totals.committed(result.sums, {
    budget: ledger.budget ?? totals.run.budget,
    balance: ledger.expected,
    canaryDone: isCanaryDone(parts),
    warnings: parts.warnings.all,
  })
  calls.add(result.opened)
  emitProgress(parts, [...result.items, ...result.skipped])
}

function emitProgress(parts: CheckpointParts, committed: readonly CommittedItem[]): void {
  const { calls, health, committer, emit, pace, log, ledger, clock, totals } = parts
  for (const { key, end, reason } of committed) if (end !== null) emit({ type: 'item', key, outcome: end, reason })
  const { report, pausedForMs } = pace
  const { inFlight } = calls
  const { spendable } = ledger
  const pausedUntil = pausedForMs === 0 ? 0 : Math.round(clock.now() + pausedForMs)
  emit({
    type: 'progress',
    summary: { ...summarize(runNow(parts)), pace: allowedPace(report) },
    pace: { ...report, pausedUntil, inFlight, latencyMs: health.latencyMs },
    spendable: spendable === null ? null : toDecimal(spendable),
    errors: totals.errors,
    selectsMore: mayWant(parts),
  })
  const commitMs = Math.round(committer.takesMs)
  log.debug({ items: committed.length, waiting: calls.unsent, inFlight, commitMs }, 'checkpoint')
}
