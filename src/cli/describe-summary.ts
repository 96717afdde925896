import { type RunSummary, whyInWords } from '../domain/run/run.ts'
import { figure } from '../domain/words/figure.ts'
import { ageWords, countsOf, driftWords, paceAndWhy } from '../domain/words/words.ts'

export function describeSummary(summary: RunSummary): string[] {
  const { runId, status, stopReason, detail, records, credits, calls, pace, controlRequest, warnings } = summary
  const isStopped = controlRequest?.what === 'stop' && status === 'stopped'
  const why = stopReason === null || isStopped ? '' : `: ${whyInWords(status, stopReason)}`
  const others = countsOf([
    [records.notFound, 'not found'],
    [records.failed, 'failed'],
    [records.unknown, 'unknown'],
    [records.superseded, 'refreshed meanwhile'],
    [records.remaining, 'left'],
    [records.coolingDown, 'on cool-down'],
  ])
  const held = `, ${figure(credits.unknown)} unknown until reconciled (\`spenddown unknown\` lists the calls)`
  const left = ` · balance ${figure(credits.balance ?? 0)}, of which ${figure(credits.reserve)} are reserved`
  return [
    `${runId} · ${summary.job} · ${summary.vendor} · ${status}${why}`,
    ...(detail === null ? [] : [`  ${detail}`]),
    ...(controlRequest === null || (isStopped && detail !== null)
      ? []
      : [
          `  ${controlRequest.what === 'pause' ? 'paused' : 'to stop, as asked'} by ${controlRequest.by} at ${controlRequest.at}: \`spenddown continue\` goes on`,
        ]),
    `  records  ${figure(records.refreshed)} refreshed of ${figure(records.selected)} selected${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    `  credits  ${figure(credits.spent)} spent of ${figure(credits.budget)}${credits.unknown > 0 ? held : ''}${credits.balance === null ? '' : left}`,
    ...changesIn(summary.changes),
    ...(credits.drift === 0 ? [] : [`  drift    ${driftWords(credits.drift)}`]),
    `  calls    ${figure(calls.sent)} sent, ${figure(calls.throttled)} throttled, ${figure(calls.failed)} failed, ${figure(calls.unknown)} unknown · ${seconds(summary.elapsedMs)}`,
    ...warnings.map((warning) => `  warning  ${warning}`),
    ...(pace === null ? [] : [`  pace     ${paceAndWhy(pace)}`]),
    ...(status === 'stopped' && stopReason !== 'deadline' ? [`  \`spenddown resume ${runId}\` goes on`] : []),
  ]
}

/** "changed  812 of 1,000 records: job_title 700, company 214", and by age, the oldest last. */
function changesIn(changes: RunSummary['changes']): string[] {
  if (changes === null || changes.compared === 0) return []
  const columns = Object.entries(changes.columns).toSorted(([, a], [, b]) => b - a)
  const words = columns.map(([column, count]) => `${column} ${figure(count)}`)
  const ages = changes.byAge.filter(({ compared }) => compared > 0)
  const share = (each: (typeof ages)[number]) =>
    `${ageWords(each)} ${Math.round((100 * each.changed) / each.compared)} %`
  return [
    `  changed  ${figure(changes.changed)} of ${figure(changes.compared)} records${words.length === 0 ? '' : `: ${words.join(', ')}`}`,
    ...(ages.length < 2 ? [] : [`           by age: ${ages.map(share).join(' · ')}`]),
  ]
}

function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
