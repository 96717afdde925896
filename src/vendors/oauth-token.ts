import type { Clock } from '../domain/clock.ts'

/** What the token endpoint answered. */
export type TokenReply =
  /** `expiresIn`: what it says of the lifetime, in seconds if it is to be believed. */
  { readonly kind: 'token'; readonly value: string; readonly expiresIn: unknown } | NoToken

export type NoToken =
  /** It will not give this client a token. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It gave none this time. */
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface AccessToken {
  readonly kind: 'token'
  readonly value: string
  /** On the monotonic clock, ms. */
  readonly refreshAt: number
  readonly expiresAt: number
}

export interface OauthTokenParts {
  readonly clock: Pick<Clock, 'monotonic'>
  /** Asks the endpoint once; gives up by itself. */
  readonly fetchToken: () => Promise<TokenReply>
  /** Told of each new token, before anyone uses it: from then on it is a secret. */
  readonly obtained: (token: string) => void
  /** Told of each time that there was none. */
  readonly missed: (why: NoToken) => void
}

/** Before a token expires its successor is fetched, so early at most. */
const LONGEST_MARGIN_MS = 60_000
/** RFC 6749, section 5.1, lets the endpoint leave the lifetime out. What it then is, nobody knows; a 401 tells. */
const DEFAULT_LIFETIME_MS = 5 * 60_000
/** Of a longer lifetime it is more likely that its unit is another. */
const LONGEST_LIFETIME_MS = 366 * 24 * 3_600_000
/** An endpoint that gave no token is not asked again at once, however many callers there are. */
const PAUSE_MS = 1_000

/** The access token of one client: fetched once for all callers, and again before it expires or once it is refused. */
export class OauthToken {
  readonly #parts: OauthTokenParts
  #current: AccessToken | null = null
  #missed: { readonly why: NoToken; readonly until: number } | null = null
  #pending: Promise<AccessToken | NoToken> | null = null

  constructor(parts: OauthTokenParts) {
    this.#parts = parts
  }

  /** The token for a request that goes now. Near its end it still serves, while its successor is on its way. */
  get(): AccessToken | Promise<AccessToken | NoToken> {
    const now = this.#parts.clock.monotonic()
    const current = this.#current
    if (current === null || now >= current.expiresAt) return this.#next(now)
    // Nobody waits for this one: whoever needs it later meets its error.
    if (now >= current.refreshAt) this.#next(now).catch(() => {})
    return current
  }

  /** The token in place of one that the vendor refused; the same for all that carried that one. */
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

  /** `now`: when the endpoint was asked; the lifetime counts from no later than that. */
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

/** Some endpoints write the number as text. */
function lifetimeOf(expiresIn: unknown): number {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn
  if (typeof seconds !== 'number' || !(seconds > 0)) return DEFAULT_LIFETIME_MS
  return seconds * 1_000 <= LONGEST_LIFETIME_MS ? seconds * 1_000 : DEFAULT_LIFETIME_MS
}
