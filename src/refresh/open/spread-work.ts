import { mostOf } from '../../domain/cost.ts'
import { ended } from '../../domain/run.ts'
import { type AllowanceParts, creditsLeft } from '../balance/allowance.ts'
import type { Totals } from '../commit/totals.ts'
import type { DeadlineWatch } from '../control/deadline-watch.ts'
import type { Spread } from '../ports/pace.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { BatchSizes } from './batch-size.ts'

/** Tried records from before this run: without any, half of them are charged in full. */
const BEFORE = 2
/** How far off the share that is charged may be, in standard errors. */
const ERRORS = 2
/** However rarely records are charged. */
const LEAST_SHARE = 0.02

/** Where a run stands. Credits are micro-credits. */
export interface Progress {
  /** Records tried, and what they have cost. */
  readonly tried: number
  readonly spent: number
  readonly creditsLeft: number
  /** Records left; what only credits bound is infinite. */
  readonly recordsLeft: number
  /** The most that a record costs, and the most records a call takes. */
  readonly each: number
  readonly perCall: number
  readonly leftMs: number
  readonly wholeMs: number
}

/**
 * What is still to do, by what the records have cost until now. The fewer have been tried, the further apart are the
 * likely and the largest number of calls. Pure.
 */
export function spreadOf(progress: Progress): Spread {
  const { tried, spent, creditsLeft, recordsLeft, each, perCall, leftMs, wholeMs } = progress
  const charged = Math.min(tried, spent / each)
  const share = (charged + BEFORE / 2) / (tried + BEFORE)
  const error = Math.sqrt((share * (1 - share)) / (tried + BEFORE))
  const calls = (part: number) => Math.ceil(Math.min(creditsLeft / (part * each), recordsLeft) / perCall)
  return { calls: calls(share), mostCalls: calls(Math.max(LEAST_SHARE, share - ERRORS * error)), leftMs, wholeMs }
}

export interface WorkLeftParts extends Pick<AllowanceParts, 'ledger' | 'minCallCost'> {
  readonly totals: Totals
  readonly rules: Pick<VendorRules, 'cost'>
  readonly batchSizes: BatchSizes
  readonly deadline: DeadlineWatch
}

/** What a run has still to do, and until when. */
export function workLeft(parts: WorkLeftParts): Spread {
  const { totals, rules, minCallCost, batchSizes, deadline } = parts
  const { run } = totals
  const left = creditsLeft(parts)
  const { refreshed, notFound, failed, superseded } = run.items
  const open = run.selectedAll ? run.selected - ended(run.items) : Number.POSITIVE_INFINITY
  return spreadOf({
    tried: refreshed + notFound + failed + superseded,
    spent: run.spent,
    creditsLeft: left < minCallCost ? 0 : left,
    recordsLeft: open,
    each: Math.max(1, mostOf(rules.cost, batchSizes.most) / batchSizes.most),
    perCall: batchSizes.most,
    leftMs: deadline.leftMs,
    wholeMs: deadline.stopAt - run.createdAt,
  })
}
