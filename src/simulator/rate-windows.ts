/**
 * At most `limit` admissions in any sliding window of `windowMs`. It remembers the last `limit` admissions only: a
 * further one fits when the oldest of those has left the window.
 */
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

  /** Milliseconds until one more fits; 0 when it does now. */
  waitMs(nowAt: number): number {
    if (this.#count < this.limit) return 0
    const oldest = this.#admittedAt[this.#count % this.limit] as number
    return Math.max(0, oldest + this.windowMs - nowAt)
  }

  admit(nowAt: number): void {
    this.#admittedAt[this.#count % this.limit] = nowAt
    this.#count++
  }

  /** How many more fit now, and in how many milliseconds the first place is free again (0 when none is taken). */
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

  /** The same window under another limit, with the admissions still remembered. */
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

/** The vendor's rate limits: requests a second and requests a minute, both sliding, refused requests not counted. */
export class RateLimits {
  #second: SlidingLimit | null = null
  #minute: SlidingLimit | null = null

  /** The limits in force, the shorter window first. */
  get inForce(): readonly SlidingLimit[] {
    return [this.#second, this.#minute].filter((limit) => limit !== null)
  }

  /** Changes the limits; `null` means none. What was admitted before still counts. */
  configure(perSecond: number | null, perMinute: number | null): void {
    this.#second = withLimit(this.#second, perSecond, 1_000)
    this.#minute = withLimit(this.#minute, perMinute, 60_000)
  }

  /** Admits a request (0), or refuses it and tells in how many milliseconds one will fit. */
  admit(nowAt: number): number {
    if (!this.#second && !this.#minute) return 0
    const waitMs = Math.max(this.#second?.waitMs(nowAt) ?? 0, this.#minute?.waitMs(nowAt) ?? 0)
    if (waitMs > 0) return waitMs
    this.#second?.admit(nowAt)
    this.#minute?.admit(nowAt)
    return 0
  }
}

function withLimit(current: SlidingLimit | null, limit: number | null, windowMs: number): SlidingLimit | null {
  if (limit === null) return null
  if (!current) return new SlidingLimit(limit, windowMs)
  return current.limit === limit ? current : current.resized(limit)
}
