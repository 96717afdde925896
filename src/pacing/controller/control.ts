import type { LearnedPace } from '../../domain/run/kept-pace.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { PaceReport, Quota, Sample } from '../../refresh/ports/pace.ts'
import {
  type Allowed,
  allowed,
  callLeft,
  callSeen,
  isUnwell,
  learned,
  type PaceState,
  reasonOf,
  startPace,
  timePassed,
} from './controller.ts'
import { LOOK_MS, OwnDelay } from './own-delay.ts'
import { PaceNews } from './pace-news.ts'
import { keeps } from './told-limit.ts'

/** How often the controller gets a time step, ms. */
const TIME_STEP_MS = 200
/** A learned pace older than two billing cycles is ignored. */
const REMEMBERED_MS = 62 * 86_400_000

interface Follower {
  apply(): void
  tell(report: PaceReport, steps: number): void
}

/** Feeds the controller with call results and time steps, after subtracting delays of our own process. */
export class Control {
  readonly #clock: Clock
  readonly #follower: Follower
  readonly #own = new OwnDelay()
  readonly #news = new PaceNews()
  #state: PaceState
  #allowed: Allowed
  #latencyMs: number | null = null
  #inFlight = 0
  #heardAt = 0
  #steppedAt = 0
  #cancelTick: (() => void) | null = null

  constructor(ceiling: number, clock: Clock, follower: Follower) {
    this.#clock = clock
    this.#follower = follower
    this.#state = startPace(ceiling)
    this.#allowed = allowed(this.#state)
  }

  get allowed(): Allowed {
    return this.#allowed
  }
  /** Moving average of the latency of calls, ms; null: none has returned. */
  get latencyMs(): number | null {
    return this.#latencyMs
  }
  /** Calls in flight beside one that has just returned. */
  get othersInFlight(): number {
    return Math.max(0, this.#inFlight - 1)
  }

  /** Calls per second that the vendor can sustain as far as known, within configured and learned limits; null: not known. */
  bearablePerSecond(configuredMs: number): number | null {
    if (this.#latencyMs === null) return null
    const atOnce = Math.max(this.#allowed.concurrency, this.#state.wellAt)
    const byTime = (atOnce * 1_000) / Math.max(this.#latencyMs, 0.1)
    return Math.min(byTime, this.report(configuredMs).perSecond ?? byTime)
  }

  get unhealthy(): boolean {
    return isUnwell(this.#state)
  }

  /** How long the vendor has returned nothing but failures, or nothing at all, ms. */
  get failingForMs(): number {
    const { failingSince, down } = this.#state.health
    const failing = failingSince === null ? 0 : this.#heardAt - failingSince
    return Math.max(failing, down === null ? 0 : this.#clock.monotonic() - down.since)
  }

  keeps(quota: Quota): boolean {
    return keeps(this.#state.rate, quota)
  }

  report(configuredMs: number): PaceReport {
    const { concurrency, perSecond } = this.#allowed
    const configured = configuredMs === 0 ? null : 1_000 / configuredMs
    const slower = perSecond === null ? configured : Math.min(perSecond, configured ?? perSecond)
    return {
      concurrency,
      perSecond: slower === null ? null : Math.round(slower * 10) / 10,
      reason: reasonOf(this.#state),
      ...(this.#state.load.phase === 'measure' ? { passing: true } : {}),
    }
  }

  learned(now: number): LearnedPace {
    return learned(this.#state, now)
  }

  remember(learned: LearnedPace, now: number): void {
    this.#step(startPace(this.#state.load.ceiling, now - learned.at < REMEMBERED_MS ? learned : null))
  }

  /** A call is sent. */
  left(): void {
    const now = this.#clock.monotonic()
    this.#inFlight += 1
    if (this.#cancelTick === null) this.#begin(now)
    this.#step(callLeft(this.#state, now, this.#inFlight))
  }

  /** Evaluates a call's result, with instants of the monotonic clock; to be followed by `back`. */
  observe(sample: Sample): void {
    const { at, sentAt } = sample
    this.#heardAt = at
    const before = this.#latencyMs ?? 1
    this.#latencyMs = before + (sample.latencyMs - before) / 16
    const latencyMs = this.#own.without(sentAt, at)
    this.#step(callSeen(this.#state, { ...sample, latencyMs, inFlight: this.othersInFlight }))
  }

  /** A call is no longer in flight. */
  back(): void {
    this.#inFlight -= 1
  }

  /** Stops the timer when no slot is working. */
  rest(): void {
    this.#cancelTick?.()
    this.#cancelTick = null
    this.#own.end()
  }

  #begin(now: number): void {
    this.#own.begin(now)
    const tick = () => {
      const at = this.#clock.monotonic()
      const inTime = this.#own.look(at)
      this.#cancelTick = this.#clock.after(LOOK_MS, tick)
      // After a delay of our own, replies that have arrived are read first.
      if (at - this.#steppedAt < TIME_STEP_MS) return
      this.#own.measureBusy()
      if (!inTime) return
      this.#steppedAt = at
      this.#step(timePassed(this.#state, at, this.#inFlight))
    }
    this.#cancelTick = this.#clock.after(LOOK_MS, tick)
  }

  #step(next: PaceState): void {
    this.#state = next
    const before = this.#allowed
    const now = allowed(next)
    if (now.concurrency === before.concurrency && now.perSecond === before.perSecond && now.opensAt === before.opensAt)
      return
    this.#allowed = now
    this.#follower.apply()
    if (next.load.phase === 'measure') return
    const news = this.#news.next(this.report(0), this.#clock.monotonic())
    if (news !== null) this.#follower.tell(news.report, news.steps)
  }
}
