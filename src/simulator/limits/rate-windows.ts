/** At most `limit` admissions in any sliding window. One more fits when the oldest of the last `limit` has left it. */
export class SlidingLimit {
  readonly limit: number
  readonly windowMs: number
  readonly #admittedAt: Float64Array
  #count = 0

  constructor(limit: number, windowMs: number) {
    this.limit = limit
    this.windowMs = windowMs
    this.#admittedAt = new Float64Array(limit)
  }

  /** Milliseconds until so many more fit, and where they never do, until the window is empty; 0 when that is now. */
  waitMs(nowAt: number, places = 1): number {
    const mustLeave = this.#count - this.limit + Math.min(places, this.limit) - 1
    if (mustLeave < 0) return 0
    const oldest = this.#admittedAt[mustLeave % this.limit] as number
    return Math.max(0, oldest + this.windowMs - nowAt)
  }

  admit(nowAt: number): void {
    this.#admittedAt[this.#count % this.limit] = nowAt
    this.#count++
  }

  /** How many more fit now, and when the first place is free again (0 when none is taken). */
  room(nowAt: number): { remaining: number; freesInMs: number } {
    let used = 0
    let oldestAt = nowAt - this.windowMs
    for (const at of this.#newestFirst()) {
      if (at + this.windowMs <= nowAt) break
      used++
      oldestAt = at
    }
    return { remaining: this.limit - used, freesInMs: oldestAt + this.windowMs - nowAt }
  }

  /** The same window and admissions, under another limit. */
  resized(limit: number): SlidingLimit {
    const next = new SlidingLimit(limit, this.windowMs)
    for (const at of [...this.#newestFirst()].reverse()) next.admit(at)
    return next
  }

  *#newestFirst(): Generator<number> {
    const known = Math.min(this.#count, this.limit)
    for (let i = 1; i <= known; i++) yield this.#admittedAt[(this.#count - i) % this.limit] as number
  }
}

/** Requests a second and requests a minute; refused requests are not counted. */
export class RateLimits {
  #inForce: readonly SlidingLimit[] = []

  /** The shorter window first. */
  get inForce(): readonly SlidingLimit[] {
    return this.#inForce
  }

  /** What was admitted before still counts. */
  configure(perSecond: number | null, perMinute: number | null): void {
    const second = this.#withLimit(perSecond, 1_000)
    this.#inForce = [second, this.#withLimit(perMinute, 60_000)].filter((limit) => limit !== null)
  }

  /** 0: admitted; else after how many ms a request will fit. It may take several places. */
  admit(nowAt: number, places = 1): number {
    const waitMs = Math.max(0, ...this.#inForce.map((limit) => limit.waitMs(nowAt, places)))
    if (waitMs === 0) for (const limit of this.#inForce) for (let i = 0; i < places; i++) limit.admit(nowAt)
    return waitMs
  }

  #withLimit(limit: number | null, windowMs: number): SlidingLimit | null {
    if (limit === null) return null
    const current = this.#inForce.find((each) => each.windowMs === windowMs)
    if (current === undefined) return new SlidingLimit(limit, windowMs)
    return current.limit === limit ? current : current.resized(limit)
  }
}

/** Name, value, name, value. `x-ratelimit`: the tightest limit alone; `ietf`: by draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders(
  style: 'x-ratelimit' | 'ietf',
  limits: readonly SlidingLimit[],
  nowAt: number,
): string[] {
  const seen = limits.map((limit) => ({ limit, ...limit.room(nowAt) }))
  const [first, ...rest] = seen
  if (!first) return []
  if (style === 'ietf') {
    const policy = seen.map(({ limit }) => `${nameOf(limit)};q=${limit.limit};w=${limit.windowMs / 1_000}`)
    const state = seen.map((room) => `${nameOf(room.limit)};r=${room.remaining};t=${seconds(room.freesInMs)}`)
    return ['ratelimit-policy', policy.join(', '), 'ratelimit', state.join(', ')]
  }
  const { limit, remaining, freesInMs } = rest.reduce(
    (least, room) => (room.remaining < least.remaining ? room : least),
    first,
  )
  return [
    ['x-ratelimit-limit', String(limit.limit)],
    ['x-ratelimit-remaining', String(remaining)],
    ['x-ratelimit-reset', String(seconds(freesInMs))],
  ].flat()
}

function nameOf(limit: SlidingLimit): string {
  return limit.windowMs === 1_000 ? '"second"' : '"minute"'
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000)
}
