import { randomBytes } from 'node:crypto'
import type { OpenItem } from '../../domain/call/item.ts'
import { affordableRecords, type CostTerms, mostOf, recordsWithin } from '../../domain/credits/cost.ts'
import { type Credits, minus } from '../../domain/credits/credits.ts'
import type { ActiveRun } from '../active-run.ts'
import { forNewCalls } from '../balance/allowance.ts'
import type { PlannedCall } from '../ports/calls.ts'
import type { BatchSizes } from './batch-size.ts'
import { flowOf, opensNow } from './lookahead.ts'

/** `now`: monotonic ms. */
export function canOpen(run: ActiveRun, now: number): boolean {
  const { minCallCost, totals, work, mayOpen } = run
  if (!mayOpen || recordsAllowed(run) === 0 || opensNow(flowOf(run)) === 0 || forNewCalls(run, now) < minCallCost)
    return false
  return totals.untried > 0 || work.ready(now, false) > 0
}

/** How many records may be opened while the first ones show whether the config fits, and what they cost. */
function recordsAllowed({ fit, costProof }: ActiveRun): number {
  return Math.min(fit.allowance, costProof.allowance)
}

/**
 * The calls to open now, filled as far as batch sizes and credits allow. Takes the items to retry from the work list. The
 * checkpoint that opens the calls reserves their credits.
 */
export function planCalls(run: ActiveRun): PlannedCall[] {
  const now = run.clock.monotonic()
  if (!canOpen(run, now)) return []
  const { batchSizes, totals, work, rules } = run
  const { untried } = totals
  const bounds = { calls: opensNow(flowOf(run)), records: recordsAllowed(run), credits: forNewCalls(run, now) }
  const affordable = affordableRecords(rules.cost, bounds.credits, batchSizes.most)
  const records = Math.min(bounds.calls * batchSizes.most, bounds.records, affordable)
  const retried = work.take(records, now, untried > 0)
  const { calls, left } = fillCalls(bounds, rules.cost, batchSizes, retried, untried)
  work.giveBack(left)
  return calls.map((call) => ({ ...call, nonce: randomBytes(6).toString('base64url') }))
}

export interface Bounds {
  readonly calls: number
  readonly records: number
  readonly credits: Credits
}

/**
 * Fills calls with items to retry first, then untried ones, as many as each call may carry and the credits cover. Items
 * with a reduced batch size share calls only with items of the same size. `left`: items that found no place.
 */
export function fillCalls(
  bounds: Bounds,
  cost: CostTerms,
  batchSizes: BatchSizes,
  again: readonly OpenItem[],
  untried: number,
): { readonly calls: Omit<PlannedCall, 'nonce'>[]; readonly left: readonly OpenItem[] } {
  const calls: Omit<PlannedCall, 'nonce'>[] = []
  let { credits, records } = bounds
  let [taken, fresh] = [0, untried]
  while (calls.length < bounds.calls) {
    const fits = Math.min(records, recordsWithin(cost, credits, batchSizes.most))
    const group = together(again, taken, fits, batchSizes)
    const limited = group.length > 0 && batchSizes.of((group[0] as OpenItem).seq) < batchSizes.most
    const call = { again: group, untried: limited ? 0 : Math.min(fits - group.length, fresh) }
    const size = group.length + call.untried
    if (size === 0) break
    calls.push(call)
    taken += group.length
    fresh -= call.untried
    records -= size
    credits = minus(credits, mostOf(cost, size))
  }
  return { calls, left: again.slice(taken) }
}

/** The next items for one call: all with the same batch size, and no more than that. */
function together(again: readonly OpenItem[], from: number, fits: number, batchSizes: BatchSizes): OpenItem[] {
  const first = again[from]
  if (first === undefined || fits < 1) return []
  const bound = batchSizes.of(first.seq)
  let to = from + 1
  while (to - from < Math.min(fits, bound) && to < again.length && batchSizes.of((again[to] as OpenItem).seq) === bound)
    to++
  return again.slice(from, to)
}
