import { ITEM_END_STATES, type ItemState } from '../domain/call/item.ts'
import type { CostTerms } from '../domain/credits/cost.ts'
import { type Credits, minus, NO_CREDITS, plus, times, toDecimal } from '../domain/credits/credits.ts'
import type { CostGroup } from '../domain/run/groups.ts'
import { controlRequestWords, type Run, type RunSummary, unknownCredits, whyInWords } from '../domain/run/run.ts'

interface Amount {
  readonly credits: number
  readonly microCredits: number
}

export interface AccountPart extends Amount {
  readonly of: 'spent' | 'unknown' | 'unused'
  /** A stable name. Of what is spent: how the records of the calls ended. Of what is unused: why. */
  readonly what: string
  /** How many records of the run ended so; null where that does not apply. */
  readonly records: number | null
  readonly why: string
}

/** Where every credit of the budget went: budget = spent + unknown + unused, and the parts of each add up to it. */
export interface Accounts {
  readonly budget: Amount
  readonly spent: Amount
  readonly unknown: Amount
  /** Below zero where the vendor has charged more than the budget. */
  readonly unused: Amount
  readonly parts: readonly AccountPart[]
}

type Books = Pick<Run, 'budget' | 'spent' | 'held' | 'unknown'>

export function accountsOf(
  run: Books & Pick<Run, 'controlRequest'>,
  summary: RunSummary,
  spent: SpentOn | null,
): Accounts {
  const unknown = unknownCredits({ ...run, status: summary.status })
  const unused = minus(run.budget, run.spent, unknown)
  return {
    budget: amount(run.budget),
    spent: amount(run.spent),
    unknown: amount(unknown),
    unused: amount(unused),
    parts: [
      ...spentParts(run.spent, summary, spent),
      ...(unknown === 0 ? [] : [part('unknown', 'unknown-calls', unknown, UNKNOWN)]),
      ...unusedParts({ ...run, unknown }, summary, unused),
    ],
  }
}

const UNKNOWN = 'held by calls of which nobody knows what they cost, until they are settled'

const SPENT: Readonly<Record<keyof SpentOn, readonly [name: string, why: string]>> = {
  refreshed: ['refreshed', 'fresh data was written'],
  notFound: ['not-found', 'the vendor had nothing, and charged for asking'],
  failed: ['failed', 'the vendor charged, and nothing could be written'],
  unknown: ['unknown', 'the answer was lost, and the call was charged'],
  superseded: ['superseded', 'paid for, but someone else had refreshed the record meanwhile'],
  pending: ['to-do', 'charged, and the record is still to do'],
  lost: ['lost-answers', 'the answer was lost, and the call was charged: so says the balance, or a person'],
}

function spentParts(spent: Credits, { records }: RunSummary, on: SpentOn | null): AccountPart[] {
  const parts = (Object.entries(on ?? {}) as [keyof SpentOn, Credits][]).flatMap(([state, credits]) => {
    if (credits === 0) return []
    const count = state === 'lost' ? null : state === 'pending' ? records.remaining : records[state]
    const [name, why] = SPENT[state]
    return [part('spent', name, credits, why, count)]
  })
  const rest = minus(spent, plus(NO_CREDITS, ...Object.values(on ?? {})))
  const why = on === null ? 'what the single calls cost is not kept any more' : 'not booked to a call'
  return rest === 0 ? parts : [...parts, part('spent', 'unassigned', rest, why)]
}

function unusedParts(run: Books & Pick<Run, 'controlRequest'>, summary: RunSummary, unused: Credits): AccountPart[] {
  if (unused < 0) return [part('unused', 'overspent', unused, 'the vendor charged more than the budget')]
  const open = Math.min(Math.max(0, minus(run.held, run.unknown)), unused) as Credits
  const rest = minus(unused, open)
  const { what, why } = whyUnused(run, summary)
  return [
    ...(open === 0 ? [] : [part('unused', 'in-flight', open, 'held by calls that are not settled yet')]),
    ...(rest === 0 ? [] : [part('unused', what, rest, why)]),
  ]
}

function whyUnused(
  { controlRequest }: Pick<Run, 'controlRequest'>,
  { status, stopReason, detail, records }: RunSummary,
): { readonly what: string; readonly why: string } {
  if (status === 'running' || stopReason === null) return { what: 'to-spend', why: 'the run is not over' }
  const words = whyInWords(status, stopReason)
  if (stopReason === 'budget-spent') return { what: stopReason, why: 'less is left than one more call could cost' }
  if (stopReason === 'all-refreshed' && records.coolingDown > 0)
    return { what: stopReason, why: `${words}; ${records.coolingDown} rest on cool-down` }
  const byHand = stopReason === 'interrupted' && controlRequest?.what === 'stop'
  return {
    what: byHand ? 'stopped-by-hand' : stopReason,
    why: detail ?? (byHand ? controlRequestWords(controlRequest) : words),
  }
}

function part(
  of: AccountPart['of'],
  what: string,
  credits: Credits,
  why: string,
  records: number | null = null,
): AccountPart {
  return { of, what, ...amount(credits), records, why }
}

function amount(credits: Credits): Amount {
  return { credits: toDecimal(credits), microCredits: credits }
}

/** Credits by how records ended; `lost`: of calls whose answers were lost. */
type SpentOn = Readonly<Record<ItemState | 'lost', Credits>>

const STATES: readonly ItemState[] = [...ITEM_END_STATES, 'pending']
/** Records for which the vendor had something. */
const MATCHES: readonly ItemState[] = ['refreshed', 'superseded']

/**
 * What calls have cost, by how their records ended. What a call of several records cost is divided equally: among its
 * matches, where the vendor charges by the match (`per`), else among all. What cannot be divided goes to the first.
 */
export function spentOn(groups: readonly CostGroup[], per: CostTerms['per'] | null): SpentOn {
  const names = [...STATES, 'lost'] as const
  const sums = Object.fromEntries(names.map((name) => [name, NO_CREDITS])) as Record<ItemState | 'lost', Credits>
  for (const group of groups) {
    for (const [state, credits] of sharesOf(group, per)) sums[state] = plus(sums[state], times(credits, group.calls))
  }
  return sums
}

function sharesOf({ cost, lost, records }: CostGroup, per: CostTerms['per'] | null): [keyof SpentOn, Credits][] {
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
