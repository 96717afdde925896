import { affordableRecords } from '../../domain/credits/cost.ts'
import type { ActiveRun } from '../active-run.ts'
import { forNewCalls } from '../balance/allowance.ts'
import type { PlannedCall } from '../ports/calls.ts'
import { fillCalls } from './fill-calls.ts'
import { opensNow } from './lookahead.ts'

export function canOpen(run: ActiveRun): boolean {
  const { fit, minCallCost, flow, totals, work, clock, mayOpen } = run
  if (!mayOpen || fit.allowance === 0 || opensNow(flow) === 0 || forNewCalls(run) < minCallCost) return false
  return totals.untried > 0 || work.ready(clock.monotonic(), false) > 0
}

/**
 * The calls to open now, filled as far as batch sizes and credits allow. Takes the items to retry from the work list. The
 * checkpoint that opens the calls reserves their credits.
 */
export function planCalls(run: ActiveRun): PlannedCall[] {
  if (!canOpen(run)) return []
  const { fit, flow, batchSizes, totals, work, rules, clock } = run
  const { untried } = totals
  const bounds = { calls: opensNow(flow), records: fit.allowance, credits: forNewCalls(run) }
  const affordable = affordableRecords(rules.cost, bounds.credits, batchSizes.most)
  const records = Math.min(bounds.calls * batchSizes.most, bounds.records, affordable)
  const retried = work.take(records, clock.monotonic(), untried > 0)
  const { calls, left } = fillCalls(bounds, rules.cost, batchSizes, retried, untried)
  work.giveBack(left)
  return calls
}
