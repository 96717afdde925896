import { reachOf } from '../../domain/cost.ts'
import { plus, toDecimal } from '../../domain/credits.ts'
import { type Run, summarize } from '../../domain/run.ts'
import { forNewCalls } from '../on-idle.ts'
import { opensNow } from '../open/lookahead.ts'
import { planCalls } from '../open/plan-calls.ts'
import type { PlannedCall } from '../ports/calls.ts'
import type { CheckpointResult, CommittedItem, SnapshotRequest } from '../ports/store.ts'
import type { RunState } from '../run-state.ts'
import { mayWant } from '../select/select-items.ts'
import { keepsOpenCalls, released } from '../settle/settlement.ts'

/** The run as of the last checkpoint; a balance may have come since. */
export function runNow({ run, parts }: RunState): Run {
  return { ...run, drift: parts.ledger.drift }
}

/** True if a call can be opened now. */
export function opens(state: RunState): boolean {
  const { parts, canary, stopping, run, minCallCost, flow, wishes, refusals } = state
  if (
    stopping !== null ||
    wishes.paused ||
    refusals.weighed !== null ||
    canary.room === 0 ||
    opensNow(flow) === 0 ||
    forNewCalls(state) < minCallCost
  )
    return false
  const untried = run.selected - run.cursor
  return untried > 0 || parts.work.ready(parts.clock.monotonic(), false) > 0
}

/** The calls to open now; their items that are tried again leave the work list. */
function plan(state: RunState): PlannedCall[] {
  if (!opens(state)) return []
  const { parts, canary, run, flow, batchSizes } = state
  const { work, rules } = parts
  const untried = run.selected - run.cursor
  const bounds = { calls: opensNow(flow), records: canary.room, credits: forNewCalls(state) }
  const reach = reachOf(rules.cost, bounds.credits, batchSizes.most)
  const again = work.take(
    Math.min(bounds.calls * batchSizes.most, bounds.records, reach),
    parts.clock.monotonic(),
    untried > 0,
  )
  const { calls, left } = planCalls(bounds, rules.cost, batchSizes, again, untried)
  work.giveBack(left)
  return calls
}

/** Commits what has finished and opens the next calls, in one transaction. */
export async function checkpoint(state: RunState): Promise<void> {
  const { parts, run, totals, account, minCallCost } = state
  const { ledger, rules, clock, coolDown } = parts
  const now = clock.now()
  const { reported } = account
  const finished = state.takeFinished()
  const madeOf = keepsOpenCalls(rules) ? state.maker.columnsRead : undefined
  const result = await state.committer.commit({
    runNo: run.no,
    after: run.checkpoint,
    lastCall: run.lastCall,
    cursor: run.cursor,
    finished,
    open: {
      cost: rules.cost,
      recallPaid: rules.freeRepeat !== null,
      calls: plan(state),
      dedupeBy: parts.selection.dedupeBy,
      ...(madeOf !== undefined && { madeOf }),
    },
    calls: totals.takeCalls(),
    pace: parts.pace.kept(now),
    account: { expected: ledger.expected, reported: reported?.balance ?? null, reportedAt: reported?.at ?? null },
    budget: ledger.budget ?? plus(ledger.spent, ledger.held, minCallCost),
    drift: ledger.drift,
    canaryDone: isCanaryDone(state),
    activeMs: state.activeMs(),
    snapshot: state.snapshots.due(state.activeMs(), parts.pace.report.reason) ? snapshotOf(state) : null,
    coolDownIfRejected: now + coolDown.failedMs,
  })
  if (run.checkpoint === parts.run.checkpoint) await parts.journal.remove(run.id)
  for (const call of finished) state.calls.committed(call)
  book(state, madeOf ? { ...result, opened: result.opened.map((call) => ({ ...call, keptColumns: madeOf })) } : result)
}

/** How the run stands now; the latencies since the last time are this one's. */
export function snapshotOf(state: RunState): SnapshotRequest {
  const { clock, pace } = state.parts
  const { concurrency, perSecond, reason } = pace.report
  const latencies = state.sender.latencies.take()
  return { at: clock.now(), activeMs: state.activeMs(), pace: { concurrency, perSecond, reason }, latencies }
}

/** The first records are through, and the budget that the database holds is the run's own. */
function isCanaryDone({ canary, parts }: RunState): boolean {
  return canary.done && parts.ledger.budget !== null
}

/** The checkpoint has committed: the books follow, the calls it opened may go out, and whoever listens is told. */
function book(state: RunState, result: CheckpointResult): void {
  const { parts, totals, canary, calls, run } = state
  const { ledger } = parts
  for (const call of result.opened) {
    ledger.open(call.reservation)
    canary.opened(call.items.length)
  }
  // Nothing was sent for these: their items are looked at once more.
  for (const call of result.orphaned) {
    for (const { item } of call.items) parts.work.putFront(item)
    state.finish(released(call, null, null))
  }
  canary.committed(result.items)
  totals.committed(result.sums, {
    budget: ledger.budget ?? run.budget,
    balance: ledger.expected,
    canaryDone: isCanaryDone(state),
    activeMs: state.activeMs(),
  })
  calls.add(result.opened)
  tell(state, [...result.items, ...result.skipped])
}

function tell(state: RunState, committed: readonly CommittedItem[]): void {
  const { parts, calls, sender, committer } = state
  const { emit, pace, log } = parts
  for (const { key, end, reason } of committed) if (end !== null) emit({ type: 'item', key, outcome: end, reason })
  const { report, pausedForMs } = pace
  const pausedUntil = pausedForMs === 0 ? 0 : Math.round(parts.clock.now() + pausedForMs)
  const snapshot = { ...report, pausedUntil, onTheWire: calls.onTheWire, latencyMs: sender.latencyMs }
  const { spendable } = parts.ledger
  const { concurrency, perSecond, reason } = report
  const summary = { ...summarize(runNow(state)), pace: { concurrency, perSecond, reason } }
  emit({
    type: 'progress',
    summary,
    pace: snapshot,
    spendable: spendable === null ? null : toDecimal(spendable),
    errors: state.totals.errors,
    selectsMore: mayWant(state),
  })
  const commitMs = Math.round(committer.takesMs)
  log.debug({ items: committed.length, waiting: calls.unsent, onTheWire: calls.onTheWire, commitMs }, 'checkpoint')
}
