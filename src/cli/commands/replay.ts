import { startReplay } from '../../app/run/replay.ts'
import { figure } from '../../domain/words/figure.ts'
import { countsOf } from '../../domain/words/words.ts'
import type { ReplayReason, ReplaySummary } from '../../refresh/replay/replay-report.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import { abortedBySignals, type Host } from '../host.ts'
import { say, valueWords } from '../print.ts'

/** `spenddown replay [RUN]`: 0 where it went through, 3 where it was stopped and the same command goes on. */
export async function replayCommand(
  run: string | undefined,
  flags: CommonFlags & { readonly dryRun?: boolean },
  host: Host,
): Promise<number> {
  const config = await readConfig(flags, run)
  const log = await commandLog(config, flags, host)
  const summary = await startReplay(config, { run, dryRun: flags.dryRun }, { log, signal: abortedBySignals(host) })
  say(flags, summary, () => describeReplay(summary))
  return summary.status === 'completed' ? 0 : 3
}

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
      changes.map(({ column, from, to }) => `    ${key} · ${column}: ${valueWords(from)} → ${valueWords(to)}`),
    ),
    ...(status === 'stopped' ? ['  the same command goes on with the rest'] : []),
  ]
}

function describeReason({ reason, records, first }: ReplayReason): string[] {
  const examples = first.map(({ key, shown }) => `      ${key}${shown === null ? '' : `: ${shown}`}`)
  return [`  ${figure(records)} could not be used: ${reason}`, ...examples]
}
