import { toDecimal } from '../domain/credits/credits.ts'
import { iso } from '../domain/time/iso.ts'
import { accountsOf } from './accounts.ts'
import { decisionsOf, unknownOf } from './calls.ts'
import { courseOf } from './course.ts'
import type { Figures } from './figures.ts'
import { reasonsOf } from './reasons.ts'
import type { Report } from './report.ts'
import { sentenceOf } from './sentence.ts'
import { spentOn } from './spent-on.ts'

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
    decisions: decisionsOf(figures),
    examples: figures.changed.length === 0 ? null : figures.changed,
    pruned: figures.pruned,
  }
}
