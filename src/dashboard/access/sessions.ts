import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export interface Session {
  readonly id: string
  /** Epoch ms. */
  readonly expiresAt: number
  /** Has shown the token or the key. Others have a session for the sake of forms. */
  readonly signedIn: boolean
  /** As given when signing in; may be empty. */
  readonly name: string
}

interface SessionParts {
  /** Made by this process: a cookie does not depend on the token, and none outlives the process. */
  readonly key: Buffer
  readonly newId: () => string
  readonly now: () => number
}

const LASTS_MS = 12 * 3_600_000

/** Sessions are not stored: the cookie holds all of one, and a MAC proves that it is ours. */
export class Sessions {
  readonly #parts: SessionParts
  /** Sessions that were signed out of, by id, with when they would have expired. */
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

  write(session: Session): string {
    const body = Buffer.from(JSON.stringify(session)).toString('base64url')
    return `${body}.${this.#mac('session', body)}`
  }

  /** Null if the cookie is missing, not ours, expired or signed out of. */
  read(cookie: string | undefined): Session | null {
    const [body = '', mac = ''] = cookie?.split('.') ?? []
    if (body === '' || !isSameText(mac, this.#mac('session', body))) return null
    const session = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Session
    return session.expiresAt > this.#parts.now() && !this.#ended.has(session.id) ? session : null
  }

  /** What forms of the session must send back; no other site can know it. */
  formToken({ id }: Session): string {
    return this.#mac('form', id)
  }

  #mac(use: string, text: string): string {
    return createHmac('sha256', this.#parts.key).update(`${use}\n${text}`).digest('base64url')
  }
}

/** Compares secrets in a time that depends neither on how much of them is equal nor on their lengths. */
export function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
