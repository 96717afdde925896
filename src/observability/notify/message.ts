import { REASON_IN_WORDS, type RunSummary } from '../../domain/run.ts'

/** What someone is told. */
export interface Message {
  /** 'run.completed', 'run.stopped', 'run.failed' */
  readonly type: string
  /** ISO 8601. */
  readonly timestamp: string
  /** What it means, in one line. */
  readonly message: string
  /** The figures; null where there is no run. */
  readonly data: RunSummary | null
}

const figure = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 })

/** How a run ended. */
export function runMessage(summary: RunSummary, at: Date): Message {
  return { type: `run.${summary.status}`, timestamp: at.toISOString(), message: lineOf(summary), data: summary }
}

/** A run could not be begun, or broke. */
export function brokenMessage(what: string, error: unknown, at: Date): Message {
  const reason = error instanceof Error ? error.message : String(error)
  const message = oneLine(`${what} needs a person: ${reason}`)
  return { type: 'run.failed', timestamp: at.toISOString(), message, data: null }
}

function lineOf({ job, vendor, status, stopReason, detail, records, credits, runId }: RunSummary): string {
  const why = detail ?? (stopReason === null ? '' : REASON_IN_WORDS[stopReason])
  const left = credits.budget - credits.spent - credits.unknown
  const parts = [
    `${figure.format(credits.spent)} of ${figure.format(credits.budget)} credits spent on ${figure.format(records.refreshed)} records`,
    ...(credits.unknown > 0 ? [`${figure.format(credits.unknown)} unknown until reconciled`] : []),
    left > 0 ? `${figure.format(left)} unused: ${why}` : why,
    ...(status === 'stopped' ? [`\`spenddown resume ${runId}\` goes on`] : []),
  ]
  return oneLine(`${job} (${vendor}) ${WORDS[status]}: ${parts.join('; ')}`)
}

const WORDS = {
  running: 'is running',
  completed: 'is done',
  stopped: 'stopped early',
  failed: 'needs a person',
} as const

/** No longer than a message in a chat may be, whatever a vendor answered. */
const LONGEST = 1_000

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
