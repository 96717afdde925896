import { figure } from '../domain/figure.ts'
import { countsOf } from '../domain/words.ts'
import type { ReplayReason, ReplaySummary } from '../refresh/replay/replay-report.ts'

/** A replay's summary in words. */
export function describeReplay(summary: ReplaySummary): string[] {
  const { dryRun, status, replies, records, first, columns, reasons } = summary
  const when = replies.from === null ? '' : `, from ${replies.from} to ${replies.to}`
  const changed = dryRun ? 'would change' : 'changed'
  const others = countsOf([
    [records.unchanged, 'unchanged'],
    [records.superseded, 'refreshed since'],
    [records.notFound, 'not found'],
    [records.unreadable, 'unreadable'],
    [records.rejected, 'rejected by the database'],
    [records.gone, 'gone'],
  ])
  const byColumn = Object.entries(columns).map(([column, count]) => `${column} ${figure(count)}`)
  const what = dryRun ? 'a dry run: nothing is written' : 'no call was made'
  return [
    `replay of ${summary.runId} · ${summary.job} · ${summary.vendor} · ${status}; ${what}`,
    `  replies  ${figure(replies.read)} read${when}`,
    `  records  ${figure(records.changed)} ${changed}${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    ...(byColumn.length > 0 ? [`  columns  ${byColumn.join(', ')}`] : []),
    ...(records.mended > 0 ? [`  mended   ${figure(records.mended)} that the run had not counted as refreshed`] : []),
    ...reasons.flatMap(describeReason),
    ...(first.length > 0 ? [`  the first that ${changed}:`] : []),
    ...first.flatMap(({ key, changes }) =>
      changes.map(({ column, from, to }) => `    ${key} · ${column}: ${show(from)} → ${show(to)}`),
    ),
    ...(status === 'stopped' ? ['  the same command goes on with the rest'] : []),
  ]
}

function describeReason({ reason, records, first }: ReplayReason): string[] {
  const examples = first.map(({ key, shown }) => `      ${key}${shown === null ? '' : `: ${shown}`}`)
  return [`  ${figure(records)} could not be used: ${reason}`, ...examples]
}

function show(value: string | null): string {
  return value === null ? 'NULL' : JSON.stringify(value)
}
