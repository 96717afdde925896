import type { ItemEndState } from '../domain/call/item.ts'
import type { ReasonCount } from '../domain/run/groups.ts'
import type { RunSummary } from '../domain/run/run.ts'
import { cutText } from './cut-text.ts'

export interface Reasons {
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

const REASON_OUTCOMES = ['notFound', 'failed', 'unknown', 'superseded'] as const
const MOST_REASON = 300
const MOST_KEY = 80

/** Why records did not end as refreshed. */
export function reasonsOf({ records }: RunSummary, counts: readonly ReasonCount[]): Reasons[] {
  return REASON_OUTCOMES.filter((outcome) => records[outcome] > 0).map((outcome) => {
    const own = counts.filter(({ state }) => state === outcome)
    const listed = own.reduce((sum, each) => sum + each.records, 0)
    return {
      outcome,
      records: records[outcome],
      reasons: own.map(({ reason, records, examples }) => ({
        reason: reason === null ? null : cutText(reason, MOST_REASON),
        records,
        examples: examples.map((key) => cutText(key, MOST_KEY)),
      })),
      others: Math.max(0, records[outcome] - listed),
      distinct: Math.max(own.length, ...own.map(({ reasons }) => reasons)),
    }
  })
}
