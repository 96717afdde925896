import type { ItemEndState } from '../domain/call/item.ts'
import type { DecidedCall, UnknownCall } from '../domain/call/unknown-call.ts'
import type { CostTerms } from '../domain/credits/cost.ts'
import { type Credits, toDecimal } from '../domain/credits/credits.ts'
import type { Deadline } from '../domain/cycle/deadline.ts'
import type { Expected } from '../domain/gain/expected.ts'
import type { ShownJudgement } from '../domain/judgement/judgement-words.ts'
import type { CostGroup, ReasonCount } from '../domain/run/groups.ts'
import type { Run, RunSummary } from '../domain/run/run.ts'
import type { RunSnapshot, ShownSnapshot } from '../domain/run/run-snapshot.ts'
import { iso } from '../domain/time/iso.ts'
import { type Accounts, accountsOf, spentOn } from './accounts.ts'
import { courseOf, type ShownCourse } from './course.ts'
import { cutText } from './cut-text.ts'
import { sentenceOf } from './sentence.ts'
import { type PricePerCredit, type Value, worthOf } from './value.ts'

/** The JSON of `report`. Credits are decimals, instants ISO 8601, durations and latencies ms. */
export interface Report {
  /** Another number only where a field is gone, or says something else; new ones may come at any time. */
  readonly version: 1
  readonly madeAt: string
  /** What the run has come to, in one sentence. */
  readonly sentence: string
  /** How the account stood then; null: the run is of another billing cycle, or of another vendor. */
  readonly judgement: ShownJudgement | null
  /** The run, as in `status --json`. */
  readonly run: RunSummary
  readonly table: string
  /** The run's billing cycle: when it ends, and when the run stops at the latest. */
  readonly cycle: { readonly timeZone: string; readonly stopAt: string; readonly resetAt: string }
  readonly accounts: Accounts
  readonly value: Value
  /** What the order by gain expected of the records that were selected; null: the order was another. */
  readonly expected: ExpectedAndCame | null
  readonly reasons: readonly Reasons[]
  readonly course: ShownCourse
  readonly latencyMs: ShownSnapshot['latencyMs']
  readonly unknownCalls: UnknownShown
  readonly decisions: readonly DecidedCall[]
  /** Values before and after; null where the config does not ask to keep them. */
  readonly examples: readonly ChangedExample[] | null
  /** The run's items, calls and course are not kept any more: only its sums are known. */
  readonly pruned: boolean
}

/** Of the records that were selected, and what came of those that were tried; `compared`: with what they held before. */
interface ExpectedAndCame extends Expected {
  readonly came: Expected & { readonly compared: number }
}

/** Why records did not end as refreshed. */
interface Reasons {
  readonly outcome: Exclude<ItemEndState, 'refreshed'>
  readonly records: number
  /** The most frequent first. */
  readonly reasons: readonly {
    readonly reason: string | null
    readonly records: number
    /** Keys of some of them. */
    readonly examples: readonly string[]
  }[]
  /** Records with other reasons, or that shared the call of another record. */
  readonly others: number
  /** How many reasons there are. */
  readonly distinct: number
}

/** The calls that are not settled, with what they hold of the budget. */
interface UnknownShown {
  readonly calls: number
  readonly holds: number
  /** 50 of them at most. */
  readonly first: readonly {
    /** What `spenddown unknown --settle` takes. */
    readonly id: string
    readonly state: UnknownCall['state']
    readonly sentAt: string
    readonly holds: number
    readonly reason: string | null
    readonly records: number
    /** Keys of some of them. */
    readonly examples: readonly string[]
  }[]
}

/** How a run went, on any page that shows it. */
export type Course = Pick<Report, 'run' | 'course' | 'latencyMs'> & {
  readonly cycle: Pick<Report['cycle'], 'timeZone'>
}

/** The data that a report is made of. Instants are epoch milliseconds. */
export interface Figures {
  readonly madeAt: number
  readonly judgement: ShownJudgement | null
  readonly run: Run
  /** As `status` has it. */
  readonly summary: RunSummary
  readonly pruned: boolean
  readonly deadline: Deadline
  readonly timeZone: string
  /** Spread over the time until the run must stop. */
  readonly steady: boolean
  /** What one credit costs; null: the config does not say. */
  readonly price: PricePerCredit | null
  /** What the vendor charges for; null: not known any more. */
  readonly per: CostTerms['per'] | null
  readonly costs: readonly CostGroup[]
  readonly reasons: readonly ReasonCount[]
  readonly snapshots: readonly RunSnapshot[]
  readonly unsettled: {
    readonly calls: number
    readonly holds: Credits
    readonly first: readonly {
      readonly n: number
      readonly state: UnknownCall['state']
      readonly sentAt: number
      readonly holds: Credits
      readonly reason: string | null
      readonly records: number
      readonly examples: readonly string[]
    }[]
  }
  readonly decisions: readonly {
    readonly n: number
    readonly verdict: DecidedCall['as']
    readonly held: Credits
    readonly cost: Credits
    readonly by: string
    readonly at: number
  }[]
  readonly changed: readonly ChangedExample[]
}

/** A value before and after, as text; kept only where the config asks for it. */
interface ChangedExample {
  readonly key: string
  readonly column: string
  readonly before: string | null
  readonly after: string | null
}

export function composeReport(figures: Figures): Report {
  const { run, summary, snapshots, deadline, steady } = figures
  const until = steady ? deadline.stopAt : (snapshots.at(-1)?.at ?? 0)
  const spent = figures.pruned ? null : spentOn(figures.costs, figures.per)
  const accounts = accountsOf(run, summary, spent)
  const value = worthOf(summary, accounts.unused.credits, figures.price)
  return {
    version: 1,
    madeAt: iso(figures.madeAt),
    sentence: sentenceOf(summary, accounts, value),
    judgement: figures.judgement,
    run: summary,
    table: run.source,
    cycle: { timeZone: figures.timeZone, stopAt: iso(deadline.stopAt), resetAt: iso(deadline.resetAt) },
    accounts,
    value,
    expected: run.expected && { ...run.expected, came: cameOf(run, summary) },
    reasons: reasonsOf(summary, figures.reasons),
    ...courseOf(snapshots, { budget: toDecimal(run.budget), until }),
    unknownCalls: unknownOf(figures),
    decisions: decisionsOf(figures),
    examples: figures.changed.length === 0 ? null : figures.changed,
    pruned: figures.pruned,
  }
}

function cameOf({ changes }: Run, { records }: RunSummary): ExpectedAndCame['came'] {
  const { compared = 0, changed = 0 } = changes ?? {}
  const tried = records.refreshed + records.notFound
  return { records: tried, found: records.refreshed, compared, changed: changes?.counted ?? changed }
}

const MOST_TEXT = 300
const MOST_KEY = 80

function unknownOf({ run, unsettled }: Pick<Figures, 'run' | 'unsettled'>): UnknownShown {
  return {
    calls: unsettled.calls,
    holds: toDecimal(unsettled.holds),
    first: unsettled.first.map(({ n, state, sentAt, holds, reason, records, examples }) => ({
      id: `${run.id}/${n}`,
      state,
      sentAt: iso(sentAt),
      holds: toDecimal(holds),
      reason: reason === null ? null : cutText(reason, MOST_TEXT),
      records,
      examples: examples.map((key) => cutText(key, MOST_KEY)),
    })),
  }
}

function decisionsOf({ run, decisions }: Pick<Figures, 'run' | 'decisions'>): DecidedCall[] {
  return decisions.map(({ n, verdict, held, cost, by, at }) => {
    const amounts = { held: toDecimal(held), cost: toDecimal(cost) }
    return { id: `${run.id}/${n}`, as: verdict, ...amounts, by: cutText(by, MOST_TEXT), at: iso(at) }
  })
}

const REASON_OUTCOMES = ['notFound', 'failed', 'unknown', 'superseded'] as const

function reasonsOf({ records }: RunSummary, counts: readonly ReasonCount[]): Reasons[] {
  return REASON_OUTCOMES.filter((outcome) => records[outcome] > 0).map((outcome) => {
    const own = counts.filter(({ state }) => state === outcome)
    const listed = own.reduce((sum, each) => sum + each.records, 0)
    return {
      outcome,
      records: records[outcome],
      reasons: own.map(({ reason, records, examples }) => ({
        reason: reason === null ? null : cutText(reason, MOST_TEXT),
        records,
        examples: examples.map((key) => cutText(key, MOST_KEY)),
      })),
      others: Math.max(0, records[outcome] - listed),
      distinct: Math.max(own.length, ...own.map(({ reasons }) => reasons)),
    }
  })
}
