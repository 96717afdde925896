import type { Clock } from '../domain/clock.ts'
import type { LearnedPace } from '../domain/kept-pace.ts'
import type { PaceReport, Quota, Sample } from '../refresh/ports/pace.ts'
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

/** How often the controller is told that time has passed, ms. */
const TELL_MS = 200
/** What was learned longer ago than two billing cycles is forgotten. */
const REMEMBERED_MS = 62 * 86_400_000

/** What follows the controller's decisions. */
export interface Follower {
  /** What is allowed has changed. */
  apply(): void
  tell(report: PaceReport, steps: number): void
}

/** Feeds the controller: with what calls show, with time, and without what was our own slowness. */
export class Control {
  readonly #clock: Clock
  readonly #follower: Follower
  readonly #own = new OwnDelay()
  readonly #news = new PaceNews()
  #state: PaceState
  #allowed: Allowed
  #inFlight = 0
  #heardAt = 0
  #toldAt = 0
  #look: (() => void) | null = null

  constructor(ceiling: number, clock: Clock, follower: Follower) {
    this.#clock = clock
    this.#follower = follower
    this.#state = startPace(ceiling)
    this.#allowed = allowed(this.#state)
  }

  get allowed(): Allowed {
    return this.#allowed
  }

  /** Calls at once with which the vendor is known to be well. */
  get borneAtOnce(): number {
    return Math.max(this.#allowed.concurrency, this.#state.wellAt)
  }

  /** Before which nobody sends, monotonic ms; 0: now is fine. */
  opensAt(now: number): number {
    const { opensAt } = this.#allowed
    return opensAt > now ? opensAt : 0
  }

  get unhealthy(): boolean {
    return isUnwell(this.#state)
  }

  /** How long nothing but failure, or nothing at all, has come back, ms. */
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

  /** The run begins near what a process before it learned. */
  remember(learned: LearnedPace, now: number): void {
    this.#step(startPace(this.#state.load.ceiling, now - learned.at < REMEMBERED_MS ? learned : null))
  }

  /** A call leaves; so many are in flight with it. */
  left(inFlight: number): void {
    const now = this.#clock.monotonic()
    this.#inFlight = inFlight
    if (this.#look === null) this.#begin(now)
    this.#step(callLeft(this.#state, now, inFlight))
  }

  /** So many are in flight still. */
  back(inFlight: number): void {
    this.#inFlight = inFlight
  }

  observe(sample: Sample & { readonly quotas: readonly Quota[] }, inFlight: number): void {
    const at = this.#clock.monotonic()
    this.#heardAt = at
    const { kind, retryAfterMs, quotas } = sample
    const sentAt = at - Math.max(0, sample.latencyMs)
    const latencyMs = this.#own.without(sentAt, at)
    this.#step(callSeen(this.#state, { kind, sentAt, at, latencyMs, retryAfterMs, quotas, inFlight }))
  }

  /** Nothing is at work any more. */
  rest(): void {
    this.#look?.()
    this.#look = null
    this.#own.end()
  }

  #begin(now: number): void {
    this.#own.begin(now)
    const look = () => {
      const at = this.#clock.monotonic()
      const inTime = this.#own.look(at)
      this.#look = this.#clock.after(LOOK_MS, look)
      // After a delay of ours, replies that have come are read first.
      if (at - this.#toldAt < TELL_MS) return
      this.#own.measureBusy()
      if (!inTime) return
      this.#toldAt = at
      this.#step(timePassed(this.#state, at, this.#inFlight))
    }
    this.#look = this.#clock.after(LOOK_MS, look)
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
