import { iso } from '../domain/iso.ts'
import { mergedCounts } from '../domain/latency-counts.ts'
import { latencyPercentiles, type RunSnapshot, shownSnapshot } from '../domain/run-snapshot.ts'
import { cutText } from './cut-text.ts'
import { fewerPoints } from './fewer-points.ts'
import { idleTimes } from './idle-times.ts'
import { outcomeRates } from './outcome-rates.ts'
import { paceChanges } from './pace-changes.ts'
import type { Report } from './report.ts'

const MOST_REASON = 300

/** How a run went, by its snapshots. `ideal`: credits that would be spent at an instant, had they gone evenly. */
export function courseOf(
  snapshots: readonly RunSnapshot[],
  ideal: { readonly budget: number; readonly until: number },
): Pick<Report, 'course' | 'latencyMs'> {
  const { changes, leftOut } = paceChanges(snapshots)
  const { everyMs, times } = outcomeRates(snapshots)
  const [first] = snapshots
  const course = {
    points: fewerPoints(snapshots).map(shownSnapshot),
    ideal: first === undefined ? null : { fromAt: iso(first.at), toAt: iso(ideal.until), budget: ideal.budget },
    idle: idleTimes(snapshots).map(({ fromAt, toAt }) => ({ fromAt: iso(fromAt), toAt: iso(toAt) })),
    pace: {
      changes: changes.map((change) => ({
        ...change,
        at: iso(change.at),
        lastAt: iso(change.lastAt),
        reason: cutText(change.reason, MOST_REASON),
      })),
      leftOut,
    },
    outcomes: { everyMs, times: times.map(({ at, records }) => ({ at: iso(at), records })) },
  }
  return { course, latencyMs: latencyPercentiles(mergedCounts(snapshots.map(({ latencies }) => latencies))) }
}
