import type { Clock } from '../domain/clock.ts'
import { type Credits, fits, minus, NO_CREDITS, times } from '../domain/credits.ts'
import type { CallCount, CallSource, Pace, Sample } from '../refresh/ports/pace.ts'
import { type ConcurrencyState, failingForMs, startConcurrency, step, unwell } from './concurrency.ts'
import { type CountedLimits, Gate } from './gate.ts'
import { Limiter } from './limiter.ts'
import { pauseAfter } from './pause.ts'
import { resetAfter } from './quota.ts'
import { ANY, type Room, shutUntil, tighter } from './room.ts'
import { callsPerJob, type RateLimits, spacingMs } from './spacing.ts'

export interface PaceOptions {
  readonly limits: RateLimits & CountedLimits & { readonly maxConcurrent?: number }
  readonly clock: Clock
  readonly random: () => number
  /** Told when the allowed concurrency changes. */
  readonly onChange?: (concurrency: number, before: number) => void
}

/** Calls at once where the config names no ceiling. */
const DEFAULT_CEILING = 16
/** How long a slot lasts at least; longer the more slots there are, since Bottleneck's price is paid per slot. */
const SLOT_MS = 250
const SLOT_MS_EACH = 20
/** How long a slot waits for the next checkpoint to open calls before it ends. */
const STARVED_MS = 50
/** Shorter waits are the pace; longer ones are a pause, of which people are told. */
const SHORTEST_PAUSE_MS = 1_000

/** The pace: a pure controller decides how many calls at once, the limiter holds them to it. */
export class AdaptivePace implements Pace {
  readonly ceiling: number
  readonly spacingMs: number
  readonly #clock: Clock
  readonly #random: () => number
  readonly #onChange: (concurrency: number, before: number) => void
  readonly #limiter: Limiter
  readonly #gate: Gate
  readonly #callsPerJob: number
  #state: ConcurrencyState
  #pausedUntil = 0
  /** When a call last showed something: while everyone waits, nothing fails. */
  #heardAt = 0
  /** Throttles in a row, for the backoff where the vendor does not say how long. */
  #throttles = 0
  #latencyMs = 1
  #working = new Set<Promise<void>>()
  /** Slots that have not begun their work. */
  #starting = 0
  #timer: { readonly at: number; readonly cancel: () => void } | null = null

  constructor(options: PaceOptions) {
    this.ceiling = Math.max(1, Math.floor(options.limits.maxConcurrent ?? DEFAULT_CEILING))
    this.spacingMs = spacingMs(options.limits)
    this.#clock = options.clock
    this.#random = options.random
    this.#onChange = options.onChange ?? (() => {})
    this.#gate = new Gate(options.limits)
    this.#callsPerJob = callsPerJob(this.spacingMs)
    this.#state = startConcurrency(this.ceiling)
    const minTimeMs = this.spacingMs === 0 ? 0 : this.spacingMs * this.#callsPerJob
    this.#limiter = new Limiter({ concurrency: this.#state.limit, minTimeMs, credits: NO_CREDITS })
  }

  get concurrency(): number {
    return this.#state.limit
  }
  get unwell(): boolean {
    return unwell(this.#state)
  }
  get pausedUntil(): number {
    const now = this.#clock.now()
    const { opensAt } = this.#gate.room(now)
    return Math.max(this.#pausedUntil, opensAt - now >= SHORTEST_PAUSE_MS ? opensAt : 0)
  }
  get countsForMs(): number {
    return this.#gate.countsForMs
  }
  failingForMs(now: number): number {
    return failingForMs(this.#state, Math.min(now, this.#heardAt))
  }

  recall(counts: readonly CallCount[]): void {
    this.#gate.recall(counts)
  }

  observe(sample: Sample): void {
    const before = this.#state.limit
    this.#state = step(this.#state, sample)
    this.#latencyMs += (sample.latencyMs - this.#latencyMs) / 16
    this.#throttles = sample.kind === 'throttled' ? this.#throttles + 1 : sample.kind === 'ok' ? 0 : this.#throttles
    this.#gate.heard(sample)
    this.#heardAt = sample.at
    const retryAfterMs = sample.retryAfterMs ?? (sample.kind === 'throttled' ? resetAfter(sample) : null)
    const { failures } = this.#state
    const seen = { throttles: this.#throttles, failures, random: this.#random }
    const pauseMs = pauseAfter({ ...sample, retryAfterMs }, seen)
    if (pauseMs > 0) this.#pausedUntil = Math.max(this.#pausedUntil, sample.at + pauseMs)
    if (this.#state.limit === before) return
    this.#limiter.setConcurrency(this.#state.limit)
    this.#onChange(this.#state.limit, before)
  }

  noted(sample: Sample): void {
    this.#gate.heard(sample)
  }

  setCredits(left: Credits): void {
    this.#limiter.setTotal(left)
  }

  pump(source: CallSource): void {
    while (this.#limiter.free > 0 && source.waiting > this.#limiter.queued) {
      const room = this.#room(this.#clock.now())
      if (room.calls === 0) {
        this.#pumpLater(source, room.opensAt)
        return
      }
      const calls = this.#callsInSlot(source)
      if (calls < 1 || this.#starting >= room.calls) return
      this.#start(source, calls)
    }
  }

  async aside<T>(request: () => Promise<T>): Promise<T> {
    let answer: T | undefined
    await this.#limiter.run(NO_CREDITS, async () => {
      answer = await request()
    })
    return answer as T
  }

  async idle(): Promise<void> {
    this.#callOff()
    while (this.#working.size > 0) await Promise.all(this.#working)
    this.#callOff()
  }

  /** How many calls may leave now, and when the next may. */
  #room(now: number): Room {
    const room = this.#gate.room(now)
    return now < this.#pausedUntil ? tighter(shutUntil(this.#pausedUntil), room) : room
  }

  /** As many calls as last a slot's time, but no slot takes more than its share of the credits left. */
  #callsInSlot(source: CallSource): number {
    const lastingMs = Math.max(SLOT_MS, SLOT_MS_EACH * this.#state.limit)
    const byTime = Math.max(1, Math.round(lastingMs / Math.max(this.#latencyMs, 0.1)))
    const affordable = fits(this.#limiter.credits, source.reservation)
    const share = Math.max(1, Math.floor(affordable / this.#state.limit))
    return Math.min(byTime, this.#callsPerJob, share, affordable)
  }

  #start(source: CallSource, calls: number): void {
    const credits = times(source.reservation, calls)
    this.#starting += 1
    const slot = this.#limiter.run(credits, (use) => this.#work(source, calls, credits, use))
    this.#working.add(slot)
    void slot.finally(() => {
      this.#working.delete(slot)
      this.pump(source)
    })
  }

  /** One slot: calls one after another, while the pace allows it. */
  async #work(source: CallSource, calls: number, credits: Credits, use: (used: Credits) => void): Promise<void> {
    const endsAt = this.#clock.monotonic() + Math.max(SLOT_MS, SLOT_MS_EACH * this.#state.limit)
    let left = credits
    this.#starting -= 1
    for (let made = 0; made < calls; ) {
      if (made > 0 && (this.#limiter.crowded || this.#clock.monotonic() > endsAt)) break
      const now = this.#clock.now()
      const room = this.#room(now).calls
      if (room === 0) break
      // The next call may be a larger one than the slot was given credits for: it goes in a slot of its own.
      if (source.reservation > left) break
      const call = source.next()
      if (call === null) {
        if (this.spacingMs > 0) break
        await source.more(STARVED_MS)
        if (source.waiting === 0) break
        continue
      }
      made += 1
      this.#gate.left(now)
      if (room !== ANY.calls) this.pump(source)
      const used = await call
      this.#gate.back()
      left = minus(left, used)
      use(used)
    }
  }

  #pumpLater(source: CallSource, at: number): void {
    if (this.#timer !== null && this.#timer.at <= at) return
    this.#callOff()
    const then = () => {
      this.#timer = null
      this.pump(source)
    }
    this.#timer = { at, cancel: this.#clock.after(at - this.#clock.now(), then) }
  }

  #callOff(): void {
    this.#timer?.cancel()
    this.#timer = null
  }
}
