import { toDecimal } from '../domain/credits.ts'
import { mergedCounts } from '../domain/latency-counts.ts'
import { latencyPercentiles, shownSnapshot } from '../domain/run-snapshot.ts'
import { accountsOf } from './accounts.ts'
import { cutText } from './cut-text.ts'
import { fewerPoints } from './fewer-points.ts'
import type { Figures } from './figures.ts'
import { idleTimes } from './idle-times.ts'
import { outcomeRates } from './outcome-rates.ts'
import { paceChanges } from './pace-changes.ts'
import { reasonsOf } from './reasons.ts'
import type { Report, ShownCourse } from './report.ts'
import { sentenceOf } from './sentence.ts'
import { spentOn } from './spent-on.ts'

const MOST_TEXT = 300

/** The report that the figures make. */
export function composeReport(figures: Figures): Report {
  const { run, summary, snapshots, deadline } = figures
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
    course: courseOf(figures),
    latencyMs: latencyPercentiles(mergedCounts(snapshots.map(({ latencies }) => latencies))),
    unknownCalls: unknownOf(figures),
    decisions: figures.decisions.map(({ n, verdict, held, cost, by, at }) => {
      const amounts = { held: toDecimal(held), cost: toDecimal(cost) }
      return { id: `${run.id}/${n}`, as: verdict, ...amounts, by: cutText(by, MOST_TEXT), at: iso(at) }
    }),
    examples: figures.changed.length === 0 ? null : figures.changed,
    pruned: figures.pruned,
  }
}

function courseOf({ run, snapshots, steady, deadline }: Figures): ShownCourse {
  const [first, last] = [snapshots[0], snapshots.at(-1)]
  const toAt = steady ? deadline.stopAt : (last?.at ?? 0)
  const { changes, leftOut } = paceChanges(snapshots)
  const { everyMs, times } = outcomeRates(snapshots)
  return {
    points: fewerPoints(snapshots).map(shownSnapshot),
    ideal: first === undefined ? null : { fromAt: iso(first.at), toAt: iso(toAt), budget: toDecimal(run.budget) },
    idle: idleTimes(snapshots).map(({ fromAt, toAt }) => ({ fromAt: iso(fromAt), toAt: iso(toAt) })),
    pace: {
      changes: changes.map(({ at, lastAt, times, concurrency, perSecond, reason }) => {
        return { at: iso(at), lastAt: iso(lastAt), times, concurrency, perSecond, reason: cutText(reason, MOST_TEXT) }
      }),
      leftOut,
    },
    outcomes: { everyMs, times: times.map(({ at, records }) => ({ at: iso(at), records })) },
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

function iso(at: number): string {
  return new Date(at).toISOString()
}
