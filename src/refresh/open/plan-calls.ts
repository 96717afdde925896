import { affordableRecords } from '../../domain/credits/cost.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { type AllowanceParts, forNewCalls } from '../balance/allowance.ts'
import type { Totals } from '../commit/totals.ts'
import type { PlannedCall } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { WorkList } from '../select/work-list.ts'
import type { BatchSizes } from './batch-size.ts'
import type { ConfigFit } from './config-fit.ts'
import { fillCalls } from './fill-calls.ts'
import { type Flow, opensNow } from './lookahead.ts'

export interface PlanParts extends AllowanceParts {
  readonly rules: VendorRules
  readonly clock: Clock
  readonly totals: Totals
  readonly work: WorkList
  readonly fit: ConfigFit
  readonly batchSizes: BatchSizes
  readonly flow: Flow
  /** False: no call may be opened, whatever the credits allow (the run is stopping, paused, or weighing a refusal). */
  readonly mayOpen: boolean
}

export function canOpen(parts: PlanParts): boolean {
  const { fit, minCallCost, flow, totals, work, clock, mayOpen } = parts
  if (!mayOpen || fit.allowance === 0 || opensNow(flow) === 0 || forNewCalls(parts) < minCallCost) return false
  return totals.untried > 0 || work.ready(clock.monotonic(), false) > 0
}

/**
 * The calls to open now, filled as far as batch sizes and credits allow. Takes the items to retry from the work list. The
 * checkpoint that opens the calls reserves their credits.
 */
export function planCalls(parts: PlanParts): PlannedCall[] {
  if (!canOpen(parts)) return []
  const { fit, flow, batchSizes, totals, work, rules, clock } = parts
  const { untried } = totals
  const bounds = { calls: opensNow(flow), records: fit.allowance, credits: forNewCalls(parts) }
  const affordable = affordableRecords(rules.cost, bounds.credits, batchSizes.most)
  const records = Math.min(bounds.calls * batchSizes.most, bounds.records, affordable)
  const retried = work.take(records, clock.monotonic(), untried > 0)
  const { calls, left } = fillCalls(bounds, rules.cost, batchSizes, retried, untried)
  work.giveBack(left)
  return calls
}
