import { messageOf } from '../../domain/errors/errors.ts'
import type { LossCause } from '../../domain/judgement/judgement.ts'
import type { ShownJudgement } from '../../domain/judgement/judgement-words.ts'
import { type RunSummary, whyInWords } from '../../domain/run/run.ts'
import { leftOf } from '../../domain/run/run-progress.ts'
import { iso } from '../../domain/time/iso.ts'
import { figure } from '../../domain/words/figure.ts'
import type { Digest } from './digest-news.ts'

/** A notice, as JSON. */
export interface Message {
  /** 'run.completed', 'run.stopped', 'run.failed', 'forecast.unused', 'accounts.digest' */
  readonly type: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly message: string
  /** The figures; null where a run could not be begun. */
  readonly data: RunSummary | ForecastNews | Digest | null
  /** How the account stands then; missing where that is not known. */
  readonly judgement?: ShownJudgement
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
  /** How much of it will expire. */
  readonly expiring: number
  readonly judgement: ShownJudgement
  /** The causes, the largest first, each with what would help. */
  readonly because: readonly {
    readonly cause: LossCause
    readonly credits: number
    readonly change: string
  }[]
}

/** How a run ended, and how the account stands then; `at` is epoch ms. */
export function runMessage(
  summary: RunSummary,
  at: number,
  {
    report = null,
    judgement = null,
  }: { readonly report?: string | null; readonly judgement?: ShownJudgement | null } = {},
): Message {
  const type = `run.${summary.status}`
  const outlook = judgement === null ? '' : ` · ${judgement.sentence}`
  const message = oneLine(`${lineOf(summary)}${outlook}`)
  const sent = { type, timestamp: iso(at), message, data: summary, ...(judgement === null ? {} : { judgement }) }
  return report === null ? sent : { ...sent, message: withReport(message, report), report }
}

/** A run could not be begun, or broke; `what` names it. */
export function brokenMessage(what: string, error: unknown, at: number): Message {
  const message = oneLine(`${what} needs a person: ${messageOf(error)}`)
  return { type: 'run.failed', timestamp: iso(at), message, data: null }
}

/** What will be lost, why, and what to do. */
export function forecastMessage(news: ForecastNews, at: number): Message {
  const { sentence, why, todo } = news.judgement
  const message = oneLine(`${news.vendor}: ${sentence}. ${why}${todo === null ? '' : ` ${todo}`}`)
  return { type: 'forecast.unused', timestamp: iso(at), message, data: news }
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
    // What is beyond the limit was never meant to be spent by the run.
    left > 0 && stopReason !== 'limit-reached' ? `${figure(left)} unused: ${why}` : why,
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

/** A message that every chat accepts. */
export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
