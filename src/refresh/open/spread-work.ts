import { creditsLeft } from '../../domain/books/may-open.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import { ended, tried } from '../../domain/run/run.ts'
import type { ActiveRun } from '../active-run.ts'
import type { Spread } from '../ports/pace.ts'

/** Weight of the prior, in records: before any is tried, half of them are assumed to be charged in full. */
const BEFORE = 2
/** Margin for the charged share, in standard errors. */
const ERRORS = 2
/** Lower bound of the charged share. */
const LEAST_SHARE = 0.02

/** A run's progress. Credits are micro-credits. */
export interface Progress {
  /** Records tried, and what they have cost. */
  readonly tried: number
  readonly spent: number
  readonly creditsLeft: number
  /** Records left; infinite if only credits limit the run. */
  readonly recordsLeft: number
  /** The most that a record costs, and the most records in a call. */
  readonly each: number
  readonly perCall: number
  readonly leftMs: number
  readonly wholeMs: number
}

/**
 * Estimates the calls still to be made from what records have cost so far. The fewer have been tried, the further apart
 * are the likely and the largest number. Pure.
 */
export function spreadOf(progress: Progress): Spread {
  const { tried, spent, creditsLeft, recordsLeft, each, perCall, leftMs, wholeMs } = progress
  const charged = Math.min(tried, spent / each)
  const share = (charged + BEFORE / 2) / (tried + BEFORE)
  const error = Math.sqrt((share * (1 - share)) / (tried + BEFORE))
  const calls = (part: number) => Math.ceil(Math.min(creditsLeft / (part * each), recordsLeft) / perCall)
  return { calls: calls(share), mostCalls: calls(Math.max(LEAST_SHARE, share - ERRORS * error)), leftMs, wholeMs }
}

/** The run's remaining calls, and the time left for them. */
export function workLeft(active: ActiveRun): Spread {
  const { totals, rules, minCallCost, batchSizes, deadline } = active
  const { run } = totals
  const left = creditsLeft(active.ledger, minCallCost)
  const open = run.selectedAll ? run.selected - ended(run.items) : Number.POSITIVE_INFINITY
  return spreadOf({
    tried: tried(run.items),
    spent: run.spent,
    creditsLeft: left < minCallCost ? 0 : left,
    recordsLeft: open,
    each: Math.max(1, mostOf(rules.cost, batchSizes.most) / batchSizes.most),
    perCall: batchSizes.most,
    leftMs: deadline.leftMs,
    wholeMs: deadline.stopAt - run.createdAt,
  })
}
