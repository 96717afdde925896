import { doneOf } from '../domain/run/run-progress.ts'
import { figure } from '../domain/words/figure.ts'
import type { RunEvent } from '../refresh/events/events.ts'
import type { Log } from '../refresh/ports/log.ts'

type Progress = RunEvent & { readonly type: 'progress' }

const LOG_EVERY_MS = 30_000
const PRINT_EVERY_MS = 1_000

/** Logs every half minute how a run goes, where nothing is shown live. `monotonic`: ms. */
export function progressLog(log: Log, monotonic: () => number): (event: RunEvent) => void {
  return atMostEvery(LOG_EVERY_MS, monotonic, ({ summary, pace }) => {
    const { runId, records, credits, calls } = summary
    const { concurrency, perSecond, latencyMs } = pace
    log.info(
      {
        runId,
        records: { done: doneOf(summary), selected: records.selected },
        credits: { spent: credits.spent, budget: credits.budget },
        calls,
        pace: { concurrency, perSecond, latencyMs: Math.round(latencyMs) },
      },
      'progress',
    )
  })
}

/** Prints a line a second on how a run goes. */
export function ticker(print: (line: string) => void, monotonic: () => number): (event: RunEvent) => void {
  return atMostEvery(PRINT_EVERY_MS, monotonic, ({ summary, pace }) => {
    const { records, credits } = summary
    const n = (value: number) => figure(value).padStart(6)
    const done = `${n(doneOf(summary))} of ${n(records.selected)} records · ${n(credits.spent)} of ${n(credits.budget)} credits`
    print(`  ${done} · ${pace.concurrency} parallel calls · ${Math.round(pace.latencyMs)} ms · ${pace.reason}`)
  })
}

function atMostEvery(everyMs: number, monotonic: () => number, tell: (event: Progress) => void) {
  let lastAt = monotonic()
  return (event: RunEvent): void => {
    const now = monotonic()
    if (event.type !== 'progress' || now - lastAt < everyMs) return
    lastAt = now
    tell(event)
  }
}
