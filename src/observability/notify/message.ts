import { messageOf } from '../../domain/errors.ts'
import { figure } from '../../domain/figure.ts'
import { type RunSummary, whyInWords } from '../../domain/run.ts'
import type { ForecastNews } from './forecast-figures.ts'

/** What someone is told. */
export interface Message {
  /** 'run.completed', 'run.stopped', 'run.failed', 'forecast.unused' */
  readonly type: string
  /** ISO 8601. */
  readonly timestamp: string
  /** What it means, in one line. */
  readonly message: string
  /** The figures; null where a run could not be begun. */
  readonly data: RunSummary | ForecastNews | null
  /** Where the run's report is: a URL, or a path on the machine that ran it. Missing where none was written. */
  readonly report?: string
}

/** How a run ended. */
export function runMessage(summary: RunSummary, at: Date, report: string | null = null): Message {
  const message = {
    type: `run.${summary.status}`,
    timestamp: at.toISOString(),
    message: lineOf(summary),
    data: summary,
  }
  return report === null ? message : { ...message, message: withReport(message.message, report), report }
}

/** A run could not be begun, or broke. */
export function brokenMessage(what: string, error: unknown, at: Date): Message {
  const reason = messageOf(error)
  const message = oneLine(`${what} needs a person: ${reason}`)
  return { type: 'run.failed', timestamp: at.toISOString(), message, data: null }
}

function lineOf({ job, vendor, status, stopReason, detail, records, credits, runId }: RunSummary): string {
  const why = detail ?? (stopReason === null ? '' : whyInWords(status, stopReason))
  const left = credits.budget - credits.spent - credits.unknown
  const parts = [
    `${figure(credits.spent)} of ${figure(credits.budget)} credits spent on ${figure(records.refreshed)} records`,
    ...(credits.unknown > 0 ? [`${figure(credits.unknown)} unknown until reconciled`] : []),
    left > 0 ? `${figure(left)} unused: ${why}` : why,
    ...(status === 'stopped' ? [`\`spenddown resume ${runId}\` goes on`] : []),
  ]
  return oneLine(`${job} (${vendor}) ${WORDS[status]}: ${parts.join('; ')}`)
}

/** However long the line is, the report is found. */
function withReport(line: string, report: string): string {
  const rest = LONGEST - report.length - REPORT.length
  return `${line.length > rest ? `${line.slice(0, Math.max(0, rest - 1))}…` : line}${REPORT}${report}`
}

const REPORT = ' · report: '

const WORDS = {
  running: 'is running',
  completed: 'is done',
  stopped: 'stopped early',
  failed: 'needs a person',
} as const

/** No longer than a message in a chat may be, whatever a vendor answered. */
const LONGEST = 1_000

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
