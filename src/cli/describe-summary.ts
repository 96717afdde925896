import { REASON_IN_WORDS, type RunSummary } from '../domain/run.ts'

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })

/** A run's summary in words. */
export function describeSummary({
  runId,
  job,
  vendor,
  status,
  stopReason,
  detail,
  records,
  credits,
  calls,
  pace,
  elapsedMs,
}: RunSummary): string[] {
  const n = (value: number) => number.format(value)
  const why = stopReason === null ? '' : `: ${REASON_IN_WORDS[stopReason]}`
  const more = [
    [records.notFound, 'not found'],
    [records.failed, 'failed'],
    [records.unknown, 'unknown'],
    [records.superseded, 'refreshed by someone else'],
    [records.remaining, 'left'],
    [records.coolingDown, 'on cool-down'],
  ] as const
  const others = more.filter(([count]) => count > 0).map(([count, word]) => `${n(count)} ${word}`)
  const unknown = credits.unknown > 0 ? `, ${n(credits.unknown)} unknown until reconciled` : ''
  const balance =
    credits.balance === null ? '' : ` · balance ${n(credits.balance)}, of which ${n(credits.reserve)} are reserved`
  return [
    `${runId} · ${job} · ${vendor} · ${status}${why}`,
    ...(detail === null ? [] : [`  ${detail}`]),
    `  records  ${n(records.refreshed)} refreshed of ${n(records.selected)} selected${others.length > 0 ? ` (${others.join(', ')})` : ''}`,
    `  credits  ${n(credits.spent)} spent of ${n(credits.budget)}${unknown}${balance}`,
    ...driftIn(credits.drift).map((words) => `  drift    ${words}`),
    `  calls    ${n(calls.sent)} sent, ${n(calls.throttled)} throttled, ${n(calls.failed)} failed, ${n(calls.unknown)} unknown · ${seconds(elapsedMs)}`,
    ...(pace === null ? [] : [`  pace     ${paceWords(pace)}`]),
    ...(status === 'stopped' && stopReason !== 'deadline' ? [`  \`spenddown resume ${runId}\` goes on`] : []),
  ]
}

function driftIn(drift: number): string[] {
  if (drift === 0) return []
  const how = drift > 0 ? 'more are gone than the books explain' : 'fewer are gone than the books have'
  return [`by the vendor's balance, ${number.format(Math.abs(drift))} credits ${how}`]
}

function paceWords({ concurrency, perSecond, reason }: NonNullable<RunSummary['pace']>): string {
  const rate = perSecond === null ? '' : `, ${number.format(perSecond)} a second`
  return `${concurrency} at once${rate} · ${reason}`
}

function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
