import { createHmac, randomUUID } from 'node:crypto'
import type { Clock } from '../../domain/time/clock.ts'
import { escapedMarkup, escapedText } from '../../domain/words/escaped-text.ts'
import { arrives } from '../web-request.ts'
import type { Message } from './message.ts'

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
  // The same id with every try: who gets it twice can tell.
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

/** Stands between characters that a chat would otherwise read together; nobody sees it. */
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
