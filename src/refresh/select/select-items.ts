import { reachOf } from '../../domain/cost.ts'
import { type Credits, plus } from '../../domain/credits.ts'
import { recordsToSelect } from '../../domain/selection-size.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { RunState } from '../run-state.ts'

/** True if no item is left to take, but credits are: the run has only begun, or misses left some over. */
export function wantsItems(state: RunState): boolean {
  const { parts, totals, stopping, canary, minCallCost } = state
  const { ledger, work } = parts
  const { cursor, selected } = totals.run
  if (stopping !== null || cursor < selected || work.size > 0 || !mayWant(state)) return false
  return canary.room > 0 && ledger.available(minCallCost) >= minCallCost
}

/** True if the run may select more records when it is through with those that it has. */
export function mayWant({ parts: { limit }, totals }: Pick<RunState, 'parts' | 'totals'>): boolean {
  const { selected, twins, selectedAll } = totals.run
  return !selectedAll && (limit === null || selected + twins < limit)
}

/** Freezes the next records of the run. */
export async function selectMore(state: RunState): Promise<void> {
  const before = state.run.selected
  const { selected, twins, all, coolingDown } = await select(state, reach(state))
  state.parts.log.info({ added: selected - before, twins, all, coolingDown, selected }, 'records selected')
}

/** True if no eligible record is left outside the run. */
export async function nothingSelectable(state: RunState): Promise<boolean> {
  return (await select(state, 0)).all
}

async function select(state: RunState, limit: number) {
  const { store, run, selection, lease, clock, rules } = state.parts
  const { parts, run: now } = state
  const twinLimit = parts.limit === null ? null : Math.max(0, parts.limit - now.selected - now.twins - limit)
  const request = {
    runNo: run.no,
    vendor: run.vendor,
    selection,
    already: now.selected,
    limit,
    twinLimit,
    restIfPaidAfter: restIfPaidAfter(rules, clock.now()),
    now: clock.now(),
  }
  const found = await state.committer.persist([], () => store.select({ ...request, lease: lease.lease }))
  state.totals.selected(found)
  return found
}

/** Records that were paid for after this instant are not worth another look yet, epoch ms; null: they are. */
export function restIfPaidAfter({ freeRepeat }: Pick<VendorRules, 'freeRepeat'>, now: number): number | null {
  return freeRepeat === null || freeRepeat.select ? null : now - freeRepeat.withinMs
}

/** How many more records the credits reach. */
function reach({ parts, totals, batchSizes }: RunState): number {
  const { ledger, limit } = parts
  const { selected, twins } = totals.run
  const pays = (credits: Credits) => reachOf(parts.rules.cost, credits, batchSizes.most)
  const affordable = ledger.budgetLeft === null ? null : pays(ledger.budgetLeft)
  const wanted = recordsToSelect({ selected, paid: pays(plus(ledger.spent, ledger.held)), affordable })
  return limit === null ? wanted : Math.min(wanted, limit - selected - twins)
}
