import type { DecidedCall } from '../domain/call/unknown-call.ts'
import { toDecimal } from '../domain/credits/credits.ts'
import { iso } from '../domain/time/iso.ts'
import { cutText } from './cut-text.ts'
import type { Figures } from './figures.ts'

const MOST_TEXT = 300

/** The calls that are not settled: how many there are, what they hold together, and the first 50 of them. */
export function unknownOf({ run, unsettled }: Pick<Figures, 'run' | 'unsettled'>) {
  return {
    calls: unsettled.calls,
    holds: toDecimal(unsettled.holds),
    first: unsettled.first.map(({ n, state, sentAt, holds, reason, records, examples }) => ({
      /** What `spenddown unknown --settle` takes. */
      id: `${run.id}/${n}`,
      state,
      sentAt: iso(sentAt),
      holds: toDecimal(holds),
      reason: reason === null ? null : cutText(reason, MOST_TEXT),
      records,
      examples: examples.map((key) => cutText(key, 80)),
    })),
  }
}

/** What people have decided that calls cost. */
export function decisionsOf({ run, decisions }: Pick<Figures, 'run' | 'decisions'>): DecidedCall[] {
  return decisions.map(({ n, verdict, held, cost, by, at }) => {
    const amounts = { held: toDecimal(held), cost: toDecimal(cost) }
    return { id: `${run.id}/${n}`, as: verdict, ...amounts, by: cutText(by, MOST_TEXT), at: iso(at) }
  })
}
