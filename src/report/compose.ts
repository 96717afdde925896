import { toDecimal } from '../domain/credits.ts'
import { iso } from '../domain/iso.ts'
import { accountsOf } from './accounts.ts'
import { courseOf } from './course.ts'
import { cutText } from './cut-text.ts'
import type { Figures } from './figures.ts'
import { reasonsOf } from './reasons.ts'
import type { Report } from './report.ts'
import { sentenceOf } from './sentence.ts'
import { spentOn } from './spent-on.ts'

const MOST_TEXT = 300

/** The report that the figures make. */
export function composeReport(figures: Figures): Report {
  const { run, summary, snapshots, deadline, steady } = figures
  const until = steady ? deadline.stopAt : (snapshots.at(-1)?.at ?? 0)
  const spent = figures.pruned ? null : spentOn(figures.costs, figures.per)
  const accounts = accountsOf(run, summary, spent)
  return {
    version: 1,
    madeAt: iso(figures.madeAt),
    sentence: sentenceOf(summary, accounts),
    run: summary,
    table: run.source,
    cycle: { timeZone: figures.timeZone, stopAt: iso(deadline.stopAt), resetAt: iso(deadline.resetAt) },
    accounts,
    reasons: reasonsOf(summary, figures.reasons),
    ...courseOf(snapshots, { budget: toDecimal(run.budget), until }),
    unknownCalls: unknownOf(figures),
    decisions: figures.decisions.map(({ n, verdict, held, cost, by, at }) => {
      const amounts = { held: toDecimal(held), cost: toDecimal(cost) }
      return { id: `${run.id}/${n}`, as: verdict, ...amounts, by: cutText(by, MOST_TEXT), at: iso(at) }
    }),
    examples: figures.changed.length === 0 ? null : figures.changed,
    pruned: figures.pruned,
  }
}

function unknownOf({ run, unsettled }: Figures): Report['unknownCalls'] {
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
      examples: examples.map((key) => cutText(key, 80)),
    })),
  }
}
