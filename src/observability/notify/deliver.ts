import { createHmac, randomUUID } from 'node:crypto'
import { arrives } from '../web-request.ts'
import type { Message } from './message.ts'
import { slackText } from './slack-text.ts'

/** Where a message goes, and in which form. */
export interface Target {
  readonly url: string
  readonly format: 'json' | 'slack'
  readonly secret?: Buffer | undefined
}

export interface DeliverOptions {
  /** Blacks out secrets: the message may quote a vendor. */
  readonly hide: (text: string) => string
  /** Waits between tries, ms; so many more tries than one. */
  readonly waitsMs?: readonly number[]
  /** How long one try may take, ms. */
  readonly timeoutMs?: number
  readonly sleep: (ms: number) => Promise<void>
}

const WAITS_MS = [500, 2_000]
const TIMEOUT_MS = 3_000
/** Posts a message, a few times if need be. Resolves to null, or to why it did not arrive; never throws. */
export function deliver(
  message: Message,
  { url, format, secret }: Target,
  options: DeliverOptions,
): Promise<string | null> {
  const { hide, waitsMs = WAITS_MS, timeoutMs = TIMEOUT_MS, sleep } = options
  // Hidden before it is escaped too: a secret may have an ampersand.
  const text = () => slackText({ ...message, message: hide(message.message) })
  const body = hide(JSON.stringify(format === 'slack' ? { text: text(), mrkdwn: false } : message))
  // The same id with every try: who gets it twice can tell.
  const id = `msg_${randomUUID()}`
  const init = () => {
    const timestamp = Math.floor(Date.now() / 1000)
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      ...(secret === undefined ? {} : { 'webhook-signature': signatureOf(id, timestamp, body, secret) }),
    }
    return { method: 'POST', headers, body }
  }
  return arrives(url, init, { waitsMs, timeoutMs, sleep })
}

/** Standard Webhooks: HMAC-SHA256 over id, time and body (https://www.standardwebhooks.com). */
export function signatureOf(id: string, timestamp: number, body: string, secret: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
