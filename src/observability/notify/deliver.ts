import { createHmac, randomUUID } from 'node:crypto'
import { reasonOf } from '../fetch-failure.ts'
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
  /** Waits between tries, ms; so many more tries than one. */
  readonly waitsMs?: readonly number[]
  /** How long one try may take, ms. */
  readonly timeoutMs?: number
  readonly sleep: (ms: number) => Promise<void>
}

const WAITS_MS = [500, 2_000]
const TIMEOUT_MS = 3_000
/** Trying again mends these. */
const PASSING = new Set([408, 425, 429])

/** Posts a message, a few times if need be. Resolves to null, or to why it did not arrive; never throws. */
export async function deliver(message: Message, target: Target, options: DeliverOptions): Promise<string | null> {
  const { hide, waitsMs = WAITS_MS, timeoutMs = TIMEOUT_MS, sleep } = options
  const body = hide(JSON.stringify(target.format === 'slack' ? { text: message.message } : message))
  // The same id with every try: who gets it twice can tell.
  const id = `msg_${randomUUID()}`
  for (let tries = 0; ; tries++) {
    const failure = await post(target, id, body, timeoutMs)
    const waitMs = waitsMs[tries]
    if (failure === null || !failure.passes || waitMs === undefined) return failure?.reason ?? null
    await sleep(waitMs)
  }
}

async function post({ url, secret }: Target, id: string, body: string, timeoutMs: number): Promise<Failure | null> {
  const timestamp = Math.floor(Date.now() / 1000)
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'spenddown',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    ...(secret === undefined ? {} : { 'webhook-signature': signatureOf(id, timestamp, body, secret) }),
  }
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const reply = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await reply.body?.cancel()
    if (reply.ok) return null
    return { reason: `status ${reply.status}`, passes: reply.status >= 500 || PASSING.has(reply.status) }
  } catch (error) {
    return { reason: reasonOf(error), passes: true }
  }
}

interface Failure {
  readonly reason: string
  readonly passes: boolean
}

/** Standard Webhooks: HMAC-SHA256 over id, time and body (https://www.standardwebhooks.com). */
export function signatureOf(id: string, timestamp: number, body: string, secret: Buffer): string {
  return `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
