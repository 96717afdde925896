import { available } from '../../domain/books/may-open.ts'
import { affordableRecords } from '../../domain/credits/cost.ts'
import { type Credits, plus } from '../../domain/credits/credits.ts'
import { recordsToSelect } from '../../domain/credits/selection-size.ts'
import type { ActiveRun } from '../active-run.ts'
import { asksForUnknown } from '../balance/allowance.ts'
import type { VendorRules } from '../ports/vendor.ts'

/**
 * True if all items are taken but credits are left: the run has just begun, or misses cost less than reserved. `now`:
 * monotonic ms.
 */
export function wantsItems(active: ActiveRun, now: number): boolean {
  const { ledger, work, totals, fit, minCallCost } = active
  if (totals.untried > 0 || work.size > 0 || !mayWant(active)) return false
  return fit.allowance > 0 && (available(ledger, minCallCost) >= minCallCost || asksForUnknown(active, now))
}

/** True if the run may select more records after the current ones. */
export function mayWant({ spec: { limit }, totals }: ActiveRun): boolean {
  const { selected, duplicates, selectedAll } = totals.run
  return !selectedAll && (limit === null || selected + duplicates < limit)
}

export async function selectMore(active: ActiveRun): Promise<void> {
  const before = active.totals.run.selected
  const { selected, duplicates, all, coolingDown, stalestInstead } = await select(active, affordable(active))
  if (stalestInstead)
    active.log.info({ job: active.totals.run.job }, 'too few looks at records for the order by gain: stalest first')
  active.log.info({ added: selected - before, duplicates, all, coolingDown, selected }, 'records selected')
}

/** True if no eligible record is left outside the run. */
export async function nothingSelectable(active: ActiveRun): Promise<boolean> {
  return (await select(active, 0)).all
}

async function select(active: ActiveRun, limit: number) {
  const { store, totals, spec, lease, clock, rules, committer } = active
  const { run } = totals
  const request = {
    runNo: run.no,
    vendor: run.vendor,
    selection: spec.selection,
    already: run.selected,
    limit,
    duplicateLimit: spec.limit === null ? null : Math.max(0, spec.limit - run.selected - run.duplicates - limit),
    restIfPaidAfter: restIfPaidAfter(rules, clock.now()),
    youngAfter: youngAfter(active, clock.now()),
    now: clock.now(),
  }
  const found = await committer.persist([], () => store.select({ ...request, lease: lease.lease }))
  totals.selected(found)
  return found
}

/** Records paid for after this instant (epoch ms) are not selected again yet; null: all may be. */
export function restIfPaidAfter({ freeRepeat }: Pick<VendorRules, 'freeRepeat'>, now: number): number | null {
  return freeRepeat === null || freeRepeat.select ? null : now - freeRepeat.withinMs
}

/** Records that were refreshed after this instant are too young to be eligible, epoch ms; null: none is. */
export function youngAfter({ minAgeMs }: { readonly minAgeMs: number | null }, now: number): number | null {
  return minAgeMs === null ? null : now - minAgeMs
}

/** How many more records the credits pay for. */
function affordable({ ledger, spec: { limit }, totals, rules, batchSizes }: ActiveRun): number {
  const { selected, duplicates } = totals.run
  const pays = (credits: Credits) => affordableRecords(rules.cost, credits, batchSizes.most)
  const left = ledger.budgetLeft === null ? null : pays(ledger.budgetLeft)
  const wanted = recordsToSelect({ selected, paid: pays(plus(ledger.spent, ledger.held)), affordable: left })
  return limit === null ? wanted : Math.min(wanted, limit - selected - duplicates)
}
