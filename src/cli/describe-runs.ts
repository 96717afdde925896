import { type RunSummary, whyInWords } from '../domain/run/run.ts'
import { roughly } from '../domain/time/roughly.ts'
import { zonedTime } from '../domain/time/zoned-time.ts'
import { figure } from '../domain/words/figure.ts'

const COLUMNS = ['began', 'job', 'credits', 'records', 'took', 'run', 'how it ended'] as const
const FIGURES: readonly string[] = ['credits', 'records', 'took']

/** A table of runs, a line each, with times in the zone of the billing cycle. */
export function describeRuns(runs: readonly RunSummary[], zone: string): string[] {
  if (runs.length === 0) return ['no runs yet']
  const vendors = new Set(runs.map(({ vendor }) => vendor)).size > 1
  const rows = runs.map(({ startedAt, job, vendor, credits, records, elapsedMs, runId, status, stopReason }) => [
    zonedTime(Date.parse(startedAt), zone),
    vendors ? `${job} (${vendor})` : job,
    figure(credits.spent),
    figure(records.refreshed),
    roughly(elapsedMs),
    runId,
    stopReason === null ? status : `${status}: ${whyInWords(status, stopReason)}`,
  ])
  const widths = COLUMNS.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => {
        const width = widths[at] ?? 0
        return FIGURES.includes(COLUMNS[at] ?? '') ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(COLUMNS), ...rows.map(line)]
}
