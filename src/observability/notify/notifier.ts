import { createHmac, randomUUID } from 'node:crypto'
import type { ShownJudgement } from '../../domain/judgement/judgement-words.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { escapedMarkup, escapedText } from '../../domain/words/escaped-text.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { arrives } from '../web-request.ts'
import { brokenMessage, type ForecastNews, forecastMessage, type Message, runMessage } from './message.ts'

/** Where a message goes, and in which form. */
export interface Target {
  readonly url: string
  readonly format: 'json' | 'slack'
  readonly secret?: Buffer | undefined
}

export interface DeliverOptions {
  /** Blacks out secrets: the message may quote a vendor. */
  readonly hide: (text: string) => string
  readonly clock: Pick<Clock, 'now' | 'sleep'>
}

export interface NotifierParts extends DeliverOptions {
  readonly targets: readonly (Target & { readonly on: readonly string[] })[]
  readonly log: Log
}

/** Sends notices of how runs end, and of credits that will be lost. Never throws: what does not arrive is logged. */
export class Notifier {
  readonly #parts: NotifierParts

  constructor(parts: NotifierParts) {
    this.#parts = parts
  }

  /** Somebody is to be told of a run that ended so. */
  wants(event: string): boolean {
    return this.#parts.targets.some(({ on }) => on.includes(event))
  }

  /** `report`: where the run's report is. Resolves when each notice has been delivered, or given up. */
  ended(summary: RunSummary, report: string | null = null, judgement: ShownJudgement | null = null): Promise<void> {
    return this.#send(summary.status, runMessage(summary, this.#parts.clock.now(), { report, judgement }))
  }

  /** A run, which `what` names, could not begin, or broke. */
  broke(what: string, error: unknown): Promise<void> {
    return this.#send('failed', brokenMessage(what, error, this.#parts.clock.now()))
  }

  /** Credits are expected to be lost. Resolves to whether the notice arrived. */
  forecast(news: ForecastNews, target: Target): Promise<boolean> {
    return this.#deliver(forecastMessage(news, this.#parts.clock.now()), target)
  }

  /** What happened to many accounts. Resolves to whether it arrived. */
  digest(message: Message, target: Target): Promise<boolean> {
    return this.#deliver(message, target)
  }

  async #send(event: string, message: Message): Promise<void> {
    const wanted = this.#parts.targets.filter(({ on }) => on.includes(event))
    await Promise.all(wanted.map((target) => this.#deliver(message, target)))
  }

  async #deliver(message: Message, target: Target): Promise<boolean> {
    const reason = await deliver(message, target, this.#parts)
    if (reason === null) return true
    const { host } = new URL(target.url)
    this.#parts.log.warn({ host, reason, type: message.type }, 'a notice was not delivered')
    return false
  }
}

const TRIES = { waitsMs: [500, 2_000], timeoutMs: 3_000 } as const

/** Posts a message, a few times if need be. Resolves to null, or to why it did not arrive; never throws. */
export function deliver(
  message: Message,
  { url, format, secret }: Target,
  { hide, clock }: DeliverOptions,
): Promise<string | null> {
  // Hidden before it is escaped too: a secret may have an ampersand.
  const text = () => slackText({ ...message, message: hide(message.message) })
  const body = hide(JSON.stringify(format === 'slack' ? { text: text(), mrkdwn: false } : message))
  // Each try has the same id: a receiver can tell that it got a message twice.
  const id = `msg_${randomUUID()}`
  const init = () => {
    const timestamp = Math.floor(clock.now() / 1000)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      ...(secret === undefined ? {} : { 'webhook-signature': signatureOf(id, timestamp, body, secret) }),
    }
    return { method: 'POST', headers, body }
  }
  return arrives(url, init, { ...TRIES, sleep: (ms) => clock.sleep(ms) })
}

/** Standard Webhooks: HMAC-SHA256 over id, time and body (https://www.standardwebhooks.com). */
export function signatureOf(id: string, timestamp: number, body: string, secret: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/** An invisible character between two that a chat would otherwise read together. */
const APART = '\u2060'

/**
 * The line as Slack shows it word for word (https://docs.slack.dev/messaging/formatting-message-text, read 29 November
 * 2026): a vendor's words call nobody, and link nowhere; Mattermost, which takes the same form, reads "@all" and
 * "[…](…)" too. Only our own report is a link.
 */
function slackText({ message, report = '' }: Message): string {
  const words = report !== '' && message.endsWith(report) ? message.slice(0, -report.length) : message
  const plain = escapedText(words)
    .replace(/@(?=\w)|:(?=\/\/)|(?<=\w)\.(?=\p{L}{2})|\](?=\()/gu, `$&${APART}`)
    .replace(/(?<=^|\W)mailto:/gi, `$&${APART}`)
  return escapedMarkup(plain + message.slice(words.length))
}
