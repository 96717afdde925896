import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface Session {
  readonly id: string
  /** Epoch ms. */
  readonly expiresAt: number
  /** Whoever has shown the token; the others only have what forms need. */
  readonly signedIn: boolean
  /** As they call themselves; empty: they did not say. */
  readonly name: string
}

export interface SessionParts {
  /** Of this process alone: a cookie says nothing of the token, and none outlives the process. */
  readonly key: Buffer
  readonly newId: () => string
  readonly now: () => number
}

/** Nobody is asked for the token twice a day. */
const LASTS_MS = 12 * 3_600_000

/** Sessions are kept nowhere: the cookie holds all, and a MAC proves it ours. */
export class Sessions {
  readonly #parts: SessionParts
  /** Ended before their time, by id, with when they would have: signing out is for good. */
  readonly #ended = new Map<string, number>()

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  begin({ signedIn, name = '' }: { readonly signedIn: boolean; readonly name?: string }): Session {
    const { newId, now } = this.#parts
    return { id: newId(), expiresAt: now() + LASTS_MS, signedIn, name }
  }

  end({ id, expiresAt }: Session): void {
    const now = this.#parts.now()
    for (const [other, until] of this.#ended) if (until <= now) this.#ended.delete(other)
    this.#ended.set(id, expiresAt)
  }

  /** The cookie's value. */
  write(session: Session): string {
    const body = Buffer.from(JSON.stringify(session)).toString('base64url')
    return `${body}.${this.#mac('session', body)}`
  }

  /** Null where the cookie is missing, not ours, too old, or was signed out of. */
  read(cookie: string | undefined): Session | null {
    const [body = '', mac = ''] = cookie?.split('.') ?? []
    if (body === '' || !isSameText(mac, this.#mac('session', body))) return null
    const session = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Session
    return session.expiresAt > this.#parts.now() && !this.#ended.has(session.id) ? session : null
  }

  /** What forms of the session must send back: no other site can know it. */
  formToken({ id }: Session): string {
    return this.#mac('form', id)
  }

  isFormToken(session: Session, text: string): boolean {
    return isSameText(text, this.formToken(session))
  }

  #mac(use: string, text: string): string {
    return createHmac('sha256', this.#parts.key).update(`${use}\n${text}`).digest('base64url')
  }
}

/** Whether two secrets are the same, in a time that tells neither how much of them is nor how long they are. */
export function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
