import type { Clock } from '../domain/time/clock.ts'

/** The answer of the token endpoint. */
export type TokenReply =
  /** `expiresIn`: the lifetime as reported, nominally in seconds; not validated. */
  { readonly kind: 'token'; readonly value: string; readonly expiresIn: unknown } | NoToken

export type NoToken =
  /** The endpoint refuses this client. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No token this time; a retry may succeed. */
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface AccessToken {
  readonly kind: 'token'
  readonly value: string
  /** Monotonic ms. */
  readonly refreshAt: number
  readonly expiresAt: number
}

export interface OauthTokenParts {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Requests a token once, with its own timeout. */
  readonly fetchToken: () => Promise<TokenReply>
  /** Called with each new token before it is used, so that it can be redacted. */
  readonly obtained: (token: string) => void
  /** Called each time no token was obtained. */
  readonly missed: (why: NoToken) => void
}

/** A new token is fetched at most this long before the current one expires. */
const LONGEST_MARGIN_MS = 60_000
/** Used if the lifetime is left out, as RFC 6749, section 5.1, allows; a shorter one shows by a 401. */
const DEFAULT_LIFETIME_MS = 5 * 60_000
/** A longer lifetime is probably not in seconds. */
const LONGEST_LIFETIME_MS = 366 * 24 * 3_600_000
/** After a failure the endpoint is not asked again for this long, however many callers there are. */
const PAUSE_MS = 1_000

/** The access token of a client: fetched once for all callers, and renewed before it expires or when it is refused. */
export class OauthToken {
  readonly #parts: OauthTokenParts
  #current: AccessToken | null = null
  #missed: { readonly why: NoToken; readonly until: number } | null = null
  #pending: Promise<AccessToken | NoToken> | null = null

  constructor(parts: OauthTokenParts) {
    this.#parts = parts
  }

  /** The token for a request now. Shortly before it expires it is still returned, while the next one is fetched. */
  get(): AccessToken | Promise<AccessToken | NoToken> {
    const now = this.#parts.clock.monotonic()
    const current = this.#current
    if (current === null || now >= current.expiresAt) return this.#next(now)
    // Prefetch in the background; a caller that needs the token later gets its error.
    if (now >= current.refreshAt) this.#next(now).catch(() => {})
    return current
  }

  /** The replacement for a token that the vendor refused; the same one for all requests that used it. */
  replace(refused: AccessToken): AccessToken | Promise<AccessToken | NoToken> {
    if (this.#current === refused) this.#current = null
    return this.get()
  }

  async #next(now: number): Promise<AccessToken | NoToken> {
    if (this.#missed !== null && now < this.#missed.until) return this.#missed.why
    this.#pending ??= this.#fetch(now).finally(() => {
      this.#pending = null
    })
    return this.#pending
  }

  /** `now`: when the token is requested, from which its lifetime counts. */
  async #fetch(now: number): Promise<AccessToken | NoToken> {
    const { clock, fetchToken, obtained, missed } = this.#parts
    const reply = await fetchToken()
    if (reply.kind !== 'token') {
      this.#missed = { why: reply, until: clock.monotonic() + PAUSE_MS }
      missed(reply)
      return reply
    }
    obtained(reply.value)
    this.#missed = null
    const lifetimeMs = lifetimeOf(reply.expiresIn)
    const expiresAt = now + lifetimeMs
    const refreshAt = expiresAt - Math.min(LONGEST_MARGIN_MS, lifetimeMs / 10)
    this.#current = { kind: 'token', value: reply.value, refreshAt, expiresAt }
    return this.#current
  }
}

/** The lifetime in ms; some endpoints report it as text. */
function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn
  if (typeof seconds !== 'number' || !(seconds > 0)) return DEFAULT_LIFETIME_MS
  return seconds * 1_000 <= LONGEST_LIFETIME_MS ? seconds * 1_000 : DEFAULT_LIFETIME_MS
}
