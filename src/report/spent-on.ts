import { ITEM_END_STATES, type ItemState } from '../domain/call/item.ts'
import { type Credits, minus, NO_CREDITS, plus, times } from '../domain/credits/credits.ts'
import type { CostGroup } from '../domain/run/groups.ts'
import type { Figures } from './figures.ts'

/** By how records ended; `lost`: calls whose answers were lost, whatever became of their records. */
export type SpentOn = Readonly<Record<ItemState | 'lost', Credits>>

const STATES: readonly ItemState[] = [...ITEM_END_STATES, 'pending']
/** Records for which the vendor had something. */
const MATCHES: readonly ItemState[] = ['refreshed', 'superseded']

/**
 * What calls have cost, by how their records ended. A call of several records that ended otherwise is shared out
 * equally: among those that brought data, where the vendor charges by the match, and else among all. To the
 * micro-credit: what cannot be divided goes to the first.
 */
export function spentOn(groups: readonly CostGroup[], per: Figures['per']): SpentOn {
  const names = [...STATES, 'lost'] as const
  const sums = Object.fromEntries(names.map((name) => [name, NO_CREDITS])) as Record<ItemState | 'lost', Credits>
  for (const group of groups) {
    for (const [state, credits] of sharesOf(group, per)) sums[state] = plus(sums[state], times(credits, group.calls))
  }
  return sums
}

function sharesOf({ cost, lost, records }: CostGroup, per: Figures['per']): [keyof SpentOn, Credits][] {
  if (lost) return [['lost', cost]]
  const there = STATES.filter((state) => (records[state] ?? 0) > 0)
  const matches = there.filter((state) => MATCHES.includes(state))
  const charged = (per === 'match' || per === 'change') && matches.length > 0 ? matches : there
  const first = charged[0] ?? 'pending'
  const whole = charged.reduce((sum, state) => sum + (records[state] ?? 0), 0)
  const rest = charged.slice(1).map((state): [ItemState, Credits] => {
    return [state, Math.floor((cost / whole) * (records[state] ?? 0)) as Credits]
  })
  return [[first, minus(cost, ...rest.map(([, credits]) => credits))], ...rest]
}
