import type { Clock } from '../domain/clock.ts'
import { type Credits, fits, minus, NO_CREDITS, times } from '../domain/credits.ts'
import type { KeptPace, LearnedPace } from '../domain/kept-pace.ts'
import type { CallCount, CallSource, Pace, PaceReport, Sample, Spread } from '../refresh/ports/pace.ts'
import { type Allowance, ANY, shutUntil, tighter } from './allowance.ts'
import { Control } from './control.ts'
import { type CountedLimits, Gate } from './gate.ts'
import { Limiter } from './limiter.ts'
import { LONGEST_PAUSE_MS } from './pause.ts'
import { resetAfter } from './quota.ts'
import { RequestPacer } from './request-pacer.ts'
import { msApart, type RateLimits, spacingMs } from './spacing.ts'
import { Spreading } from './spreading.ts'
import { Wake } from './wake.ts'

export interface PaceOptions {
  readonly limits: RateLimits & CountedLimits & { readonly maxConcurrent?: number }
  readonly clock: Clock
  /** Called on significant changes of pace; `steps`: how many small changes the report sums up. */
  readonly onChange?: (report: PaceReport, steps: number) => void
}

/** The concurrency ceiling if the config sets none. */
const DEFAULT_CEILING = 16
/** The shortest duration of a slot, and its increase per slot: Bottleneck's overhead is per slot, so many slots last longer. */
const SLOT_MS = 250
const SLOT_MS_EACH = 20
/** How long a slot waits for a checkpoint to open more calls before it ends. */
const STARVED_MS = 50
/** Shorter waits belong to the pace; longer ones are reported as a pause. */
const SHORTEST_PAUSE_MS = 900
/** The longest wait of a slot inside Bottleneck, where a new spacing does not reach it. */
const QUEUED_MS = 100

/** The pace: a pure controller decides concurrency and spacing, and the limiter enforces them. */
export class AdaptivePace implements Pace {
  readonly ceiling: number
  readonly #configuredMs: number
  readonly #clock: Clock
  readonly #control: Control
  readonly #limiter: Limiter
  readonly #gate: Gate
  /** Until when the vendor asked us to wait; monotonic ms, as all instants here. */
  #askedUntil = 0
  readonly #spreading = new Spreading()
  readonly #onChange: NonNullable<PaceOptions['onChange']>
  readonly #pacer: RequestPacer
  #latencyMs: number | null = null
  #inFlight = 0
  #working = new Set<Promise<void>>()
  /** Slots that have not started working. */
  #starting = 0
  readonly #wake: Wake
  #source: CallSource | null = null

  constructor(options: PaceOptions) {
    this.ceiling = Math.max(1, Math.floor(options.limits.maxConcurrent ?? DEFAULT_CEILING))
    this.#configuredMs = spacingMs(options.limits)
    this.#pacer = new RequestPacer(options.clock, this.#configuredMs)
    this.#clock = options.clock
    this.#wake = new Wake(options.clock)
    this.#gate = new Gate(options.limits)
    this.#onChange = options.onChange ?? (() => {})
    this.#control = new Control(this.ceiling, options.clock, { apply: () => this.#apply(), tell: this.#onChange })
    const { minTimeMs } = this.#pacer
    this.#limiter = new Limiter({ concurrency: this.concurrency, minTimeMs, credits: NO_CREDITS })
  }

  get concurrency(): number {
    return this.#control.allowed.concurrency
  }
  get spacingMs(): number {
    return this.#pacer.spacingMs
  }
  get report(): PaceReport {
    return this.#spreading.slowed(this.#control.report(this.#configuredMs))
  }
  kept(now: number): KeptPace {
    const { concurrency, perSecond, reason } = this.report
    return { concurrency, perSecond, reason, learned: this.#control.learned(now) }
  }
  remember(learned: LearnedPace, now: number): void {
    this.#control.remember(learned, now)
  }
  get unhealthy(): boolean {
    return this.#control.unhealthy
  }
  get pausedForMs(): number {
    const now = this.#clock.monotonic()
    const opensInMs = this.#allowance(now).opensAt - now
    return Math.max(0, this.#askedUntil - now, opensInMs >= SHORTEST_PAUSE_MS ? opensInMs : 0)
  }
  get countsForMs(): number {
    return this.#gate.countsForMs
  }
  failingForMs(): number {
    return this.#control.failingForMs
  }

  recall(counts: readonly CallCount[]): void {
    const { monotonic, now } = { monotonic: this.#clock.monotonic(), now: this.#clock.now() }
    this.#gate.recall(counts.map((count) => ({ ...count, lastAt: monotonic - Math.max(0, now - count.lastAt) })))
  }

  observe(sample: Sample): void {
    const latencyMs = this.#latencyMs ?? 1
    this.#latencyMs = latencyMs + (sample.latencyMs - latencyMs) / 16
    const retryAfterMs = sample.retryAfterMs ?? (sample.kind === 'throttled' ? resetAfter(sample) : null)
    const { quotas = [] } = sample
    this.#control.observe({ ...sample, retryAfterMs, quotas }, Math.max(0, this.#inFlight - 1))
    const steady = this.#steady(sample)
    this.#gate.heard({ ...steady, quotas: (steady.quotas ?? []).filter((quota) => !this.#control.keeps(quota)) })
    if (sample.kind !== 'ok' && retryAfterMs !== null) {
      this.#askedUntil = Math.max(this.#askedUntil, steady.at + Math.min(retryAfterMs, LONGEST_PAUSE_MS))
    }
  }

  noted(sample: Sample): void {
    this.#gate.heard(this.#steady(sample))
  }

  /** The sample with instants of the monotonic clock. */
  #steady(sample: Sample): Sample {
    const at = this.#clock.monotonic()
    const quotas = sample.quotas?.map((quota) => ({
      ...quota,
      resetAt: quota.resetAt === null ? null : quota.resetAt - sample.at + at,
    }))
    return { ...sample, at, sentAt: at - Math.max(0, sample.latencyMs), ...(quotas === undefined ? {} : { quotas }) }
  }

  setCredits(left: Credits): void {
    this.#limiter.setTotal(left)
  }

  spread(work: Spread): void {
    const standing = { borne: this.#borne, well: !this.unhealthy, at: this.#clock.monotonic() }
    const before = this.#spreading.perSecond
    if (!this.#spreading.look(work, standing)) return
    this.#apply()
    const now = this.#spreading.perSecond
    if ((before === null) !== (now === null)) this.#onChange(this.report, 1)
  }

  pump(source: CallSource): void {
    this.#source = source
    while (this.#limiter.free > 0 && source.waiting > this.#limiter.queued) {
      const allowance = tighter(this.#allowance(this.#clock.monotonic()), this.#turn())
      if (allowance.calls === 0) {
        this.#wake.at(allowance.opensAt, () => this.pump(source))
        return
      }
      const calls = this.#callsInSlot(source)
      if (calls < 1 || this.#starting >= allowance.calls) return
      this.#start(source, calls)
    }
  }

  async outOfBand<T>(request: () => Promise<T>): Promise<T> {
    let answer: T | undefined
    await this.#limiter.run(NO_CREDITS, async () => {
      if (this.spacingMs > 0) await this.#pacer.next()
      answer = await request()
    })
    return answer as T
  }

  async idle(): Promise<void> {
    this.#wake.callOff()
    this.#pacer.dismiss()
    while (this.#working.size > 0) await Promise.all(this.#working)
    this.#wake.callOff()
    this.#source = null
    this.#control.rest()
  }

  /** Calls per second that the vendor can sustain as far as known, within configured and learned limits; null: not known. */
  get #borne(): number | null {
    if (this.#latencyMs === null) return null
    const { perSecond } = this.#control.report(this.#configuredMs)
    const byTime = (this.#control.borneAtOnce * 1_000) / Math.max(this.#latencyMs, 0.1)
    return Math.min(byTime, perSecond ?? byTime, this.#gate.perSecond)
  }

  /** Passes what the controller allows to the limiter, effective at once. */
  #apply(): void {
    const { concurrency, perSecond } = this.#control.allowed
    this.#limiter.setConcurrency(concurrency)
    const learnedMs = msApart(perSecond)
    const before = this.spacingMs
    this.#pacer.setSpacing(Math.max(this.#configuredMs, learnedMs, msApart(this.#spreading.perSecond)))
    this.#limiter.setMinTime(this.#pacer.minTimeMs)
    // With a shorter spacing the current wait may be over already.
    if (this.spacingMs < before) this.#wake.callOff()
    if (this.#source !== null) this.pump(this.#source)
  }

  /** How many calls may be sent now, and when the next may be. */
  #allowance(now: number): Allowance {
    const allowance = this.#gate.allowance(now)
    const opensAt = this.#control.opensAt(now)
    return opensAt > now ? tighter(shutUntil(opensAt), allowance) : allowance
  }

  /** Keeps the queue inside Bottleneck short: slots start only shortly before their turn. */
  #turn(): Allowance {
    const { minTimeMs } = this.#pacer
    if (minTimeMs === 0) return ANY
    const inMs = this.#limiter.lastAt + minTimeMs * (this.#limiter.queued + 1) - performance.now()
    return inMs > QUEUED_MS ? shutUntil(this.#clock.monotonic() + inMs - QUEUED_MS / 2) : ANY
  }

  /** How many calls a slot makes: enough for its duration, but no more than its share of the credits left. */
  #callsInSlot(source: CallSource): number {
    const lastingMs = Math.max(SLOT_MS, SLOT_MS_EACH * this.concurrency)
    const byTime = Math.max(1, Math.round(lastingMs / Math.max(this.#latencyMs ?? 1, 0.1)))
    const affordable = fits(this.#limiter.credits, source.reservation)
    const share = Math.max(1, Math.floor(affordable / this.concurrency))
    return Math.min(byTime, this.#pacer.callsPerJob, share, affordable)
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

  /** One slot: makes calls one after another, while the pace allows it. */
  async #work(source: CallSource, calls: number, credits: Credits, use: (used: Credits) => void): Promise<void> {
    const endsAt = this.#clock.monotonic() + Math.max(SLOT_MS, SLOT_MS_EACH * this.concurrency)
    const spacing = this.spacingMs
    let left = credits
    this.#starting -= 1
    if (spacing > 0) this.pump(source)
    for (let made = 0; made < calls; ) {
      // The slot's start is the turn of its first call; it makes further ones only while the pace is unchanged.
      if (made > 0 && (this.#limiter.crowded || this.#clock.monotonic() > endsAt || spacing !== this.spacingMs)) break
      if (spacing > 0 && !(await this.#pacer.next())) break
      if (made > 0 && this.#limiter.crowded) break
      const now = this.#clock.monotonic()
      const allowance = this.#allowance(now).calls
      if (allowance === 0) break
      // The next call may need more credits than the slot has left: it goes in another slot.
      if (source.reservation > left) break
      const call = source.next()
      if (call === null) {
        if (spacing > 0) break
        await source.more(STARVED_MS)
        if (source.waiting === 0) break
        continue
      }
      made += 1
      const used = await this.#follow(call, now, allowance, source)
      left = minus(left, used)
      use(used)
    }
  }

  async #follow(call: Promise<Credits>, now: number, allowance: number, source: CallSource): Promise<Credits> {
    this.#gate.left(now)
    this.#inFlight += 1
    this.#control.left(this.#inFlight)
    if (allowance !== ANY.calls) this.pump(source)
    try {
      return await call
    } finally {
      this.#inFlight -= 1
      this.#control.back(this.#inFlight)
      this.#gate.back()
    }
  }
}
