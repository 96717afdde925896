import { type Credits, minus, NO_CREDITS, plus, toDecimal } from '../domain/credits/credits.ts'
import { controlRequestWords, type Run, type RunSummary, unknownCredits, whyInWords } from '../domain/run/run.ts'
import type { SpentOn } from './spent-on.ts'

/** An amount, exactly and as people read it. */
export interface Amount {
  readonly credits: number
  readonly microCredits: number
}

/** Credits that went the same way. */
export interface AccountPart extends Amount {
  readonly of: 'spent' | 'unknown' | 'unused'
  /** A stable name. Of what is spent: how the records ended on whose calls it went. Of what is unused: why. */
  readonly what: string
  /** The records of the run that ended so; null where none are meant. */
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

/** What calls in flight hold is neither spent nor free. */
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

/** Why credits of the budget were not spent, in a name and in words. */
export function whyUnused(
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
