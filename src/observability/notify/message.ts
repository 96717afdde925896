import { messageOf } from '../../domain/errors/errors.ts'
import { type RunSummary, whyInWords } from '../../domain/run/run.ts'
import { leftOf } from '../../domain/run/run-progress.ts'
import { iso } from '../../domain/time/iso.ts'
import { instantWords } from '../../domain/time/zoned-time.ts'
import { figure, roundFigure } from '../../domain/words/figure.ts'

/** A notice, as JSON. */
export interface Message {
  /** 'run.completed', 'run.stopped', 'run.failed', 'forecast.unused' */
  readonly type: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly message: string
  /** The figures; null where a run could not be begun. */
  readonly data: RunSummary | ForecastNews | null
  /** Where the run's report is: a URL, or a path on the machine that ran it. Missing where none was written. */
  readonly report?: string
}

/** A forecast for an account, in credits. */
export interface ForecastNews {
  readonly vendor: string
  /** ISO 8601. */
  readonly resetAt: string
  /** What could be spent until the reset. */
  readonly spendable: number
  /** How much of it will typically expire. */
  readonly expiring: number
  /** The causes, the largest first, each with what would help. */
  readonly because: readonly {
    readonly cause: keyof typeof CAUSES
    readonly credits: number
    readonly change: string
  }[]
}

const CAUSES = {
  'too-few-records': 'too few eligible records',
  'too-slow': 'too slow for the time that is left',
  'starts-too-late': 'a start that is too late',
  'no-start': 'no start any more in this billing cycle',
  budget: 'a budget below what is left',
} as const

/** How a run ended; `at` is epoch ms. */
export function runMessage(summary: RunSummary, at: number, report: string | null = null): Message {
  const type = `run.${summary.status}`
  const message = { type, timestamp: iso(at), message: lineOf(summary), data: summary }
  return report === null ? message : { ...message, message: withReport(message.message, report), report }
}

/** A run could not be begun, or broke; `what` names it. */
export function brokenMessage(what: string, error: unknown, at: number): Message {
  const message = oneLine(`${what} needs a person: ${messageOf(error)}`)
  return { type: 'run.failed', timestamp: iso(at), message, data: null }
}

export function forecastMessage(news: ForecastNews, at: number): Message {
  const { vendor, resetAt, spendable, expiring, because } = news
  const why = because.map(({ cause, credits }) => `${CAUSES[cause]} (${roundFigure(credits)})`)
  const help = because.map(({ change }) => change)
  const reset = instantWords(Date.parse(resetAt), 'UTC')
  const parts = [
    `${vendor}: about ${roundFigure(expiring)} of ${figure(spendable)} credits will expire unused on ${reset}`,
    ...(why.length === 0 ? [] : [`: ${why.join(', ')}`]),
    ...(help.length === 0 ? [] : [`. What would help: ${help.join('; ')}`]),
  ]
  return { type: 'forecast.unused', timestamp: iso(at), message: oneLine(parts.join('')), data: news }
}

const STATUS_WORDS = {
  running: 'is running',
  completed: 'is done',
  stopped: 'stopped early',
  failed: 'needs a person',
} as const

function lineOf(summary: RunSummary): string {
  const { job, vendor, status, stopReason, detail, records, credits, runId } = summary
  const why = detail ?? (stopReason === null ? '' : whyInWords(status, stopReason))
  const left = leftOf(summary)
  const parts = [
    `${figure(credits.spent)} of ${figure(credits.budget)} credits spent on ${figure(records.refreshed)} records`,
    ...(credits.unknown > 0 ? [`${figure(credits.unknown)} unknown until reconciled`] : []),
    left > 0 ? `${figure(left)} unused: ${why}` : why,
    ...(status === 'stopped' ? [`\`spenddown resume ${runId}\` goes on`] : []),
  ]
  return oneLine(`${job} (${vendor}) ${STATUS_WORDS[status]}: ${parts.join('; ')}`)
}

const REPORT = ' · report: '
/** The length of a message that every chat accepts. */
const LONGEST = 1_000

/** The line is cut, not the report's address. */
function withReport(line: string, report: string): string {
  const rest = LONGEST - report.length - REPORT.length
  return `${line.length > rest ? `${line.slice(0, Math.max(0, rest - 1))}…` : line}${REPORT}${report}`
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
