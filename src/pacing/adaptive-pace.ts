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
  /** Told of the changes of pace that matter, in words; small steps together. */
  readonly onChange?: (report: PaceReport, steps: number) => void
}

/** Calls at once where the config names no ceiling. */
const DEFAULT_CEILING = 16
/** How long a slot lasts at least; longer the more slots there are, since Bottleneck's price is paid per slot. */
const SLOT_MS = 250
const SLOT_MS_EACH = 20
/** How long a slot waits for the next checkpoint to open calls before it ends. */
const STARVED_MS = 50
/** Shorter waits are the pace; longer ones are a pause, of which people are told. */
const SHORTEST_PAUSE_MS = 900
/** Slots wait in Bottleneck no longer than this for their turn: a new spacing would not reach them. */
const QUEUED_MS = 100

/** The pace: a pure controller decides how many calls at once and how far apart, the limiter holds them to it. */
export class AdaptivePace implements Pace {
  readonly ceiling: number
  readonly #configuredMs: number
  readonly #clock: Clock
  readonly #control: Control
  readonly #limiter: Limiter
  readonly #gate: Gate
  /** Until when the vendor asked everyone to wait; monotonic ms, as all instants here. */
  #askedUntil = 0
  readonly #spreading = new Spreading()
  readonly #tell: NonNullable<PaceOptions['onChange']>
  readonly #turns: RequestPacer
  #latencyMs: number | null = null
  #inFlight = 0
  #working = new Set<Promise<void>>()
  /** Slots that have not begun their work. */
  #starting = 0
  readonly #wake: Wake
  #source: CallSource | null = null

  constructor(options: PaceOptions) {
    this.ceiling = Math.max(1, Math.floor(options.limits.maxConcurrent ?? DEFAULT_CEILING))
    this.#configuredMs = spacingMs(options.limits)
    this.#turns = new RequestPacer(options.clock, this.#configuredMs)
    this.#clock = options.clock
    this.#wake = new Wake(options.clock)
    this.#gate = new Gate(options.limits)
    this.#tell = options.onChange ?? (() => {})
    this.#control = new Control(this.ceiling, options.clock, { apply: () => this.#apply(), tell: this.#tell })
    const { minTimeMs } = this.#turns
    this.#limiter = new Limiter({ concurrency: this.concurrency, minTimeMs, credits: NO_CREDITS })
  }

  get concurrency(): number {
    return this.#control.allowed.concurrency
  }
  get spacingMs(): number {
    return this.#turns.spacingMs
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

  /** With instants of the monotonic clock. */
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
    if ((before === null) !== (now === null)) this.#tell(this.report, 1)
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
      if (this.spacingMs > 0) await this.#turns.next()
      answer = await request()
    })
    return answer as T
  }

  async idle(): Promise<void> {
    this.#wake.callOff()
    this.#turns.dismiss()
    while (this.#working.size > 0) await Promise.all(this.#working)
    this.#wake.callOff()
    this.#source = null
    this.#control.rest()
  }

  /** Calls a second that the vendor is known to bear: no more than configured, or learned from its refusals. */
  get #borne(): number | null {
    if (this.#latencyMs === null) return null
    const { perSecond } = this.#control.report(this.#configuredMs)
    const byTime = (this.#control.borneAtOnce * 1_000) / Math.max(this.#latencyMs, 0.1)
    return Math.min(byTime, perSecond ?? byTime, this.#gate.perSecond)
  }

  /** What the controller allows goes to the limiter, at once. */
  #apply(): void {
    const { concurrency, perSecond } = this.#control.allowed
    this.#limiter.setConcurrency(concurrency)
    const learnedMs = msApart(perSecond)
    const before = this.spacingMs
    this.#turns.setSpacing(Math.max(this.#configuredMs, learnedMs, msApart(this.#spreading.perSecond)))
    this.#limiter.setMinTime(this.#turns.minTimeMs)
    // A wait that was long at the old pace may be over at the new one.
    if (this.spacingMs < before) this.#wake.callOff()
    if (this.#source !== null) this.pump(this.#source)
  }

  /** How many calls may leave now, and when the next may. */
  #allowance(now: number): Allowance {
    const allowance = this.#gate.allowance(now)
    const opensAt = this.#control.opensAt(now)
    return opensAt > now ? tighter(shutUntil(opensAt), allowance) : allowance
  }

  /** Few slots wait for their turn in Bottleneck, and none for long. */
  #turn(): Allowance {
    const { minTimeMs } = this.#turns
    if (minTimeMs === 0) return ANY
    const inMs = this.#limiter.lastAt + minTimeMs * (this.#limiter.queued + 1) - performance.now()
    return inMs > QUEUED_MS ? shutUntil(this.#clock.monotonic() + inMs - QUEUED_MS / 2) : ANY
  }

  /** As many calls as last a slot's time, but no slot takes more than its share of the credits left. */
  #callsInSlot(source: CallSource): number {
    const lastingMs = Math.max(SLOT_MS, SLOT_MS_EACH * this.concurrency)
    const byTime = Math.max(1, Math.round(lastingMs / Math.max(this.#latencyMs ?? 1, 0.1)))
    const affordable = fits(this.#limiter.credits, source.reservation)
    const share = Math.max(1, Math.floor(affordable / this.concurrency))
    return Math.min(byTime, this.#turns.callsPerJob, share, affordable)
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
    const endsAt = this.#clock.monotonic() + Math.max(SLOT_MS, SLOT_MS_EACH * this.concurrency)
    const spacing = this.spacingMs
    let left = credits
    this.#starting -= 1
    if (spacing > 0) this.pump(source)
    for (let made = 0; made < calls; ) {
      // The first call of a slot has its turn; those that follow, only while the pace is what it was.
      if (made > 0 && (this.#limiter.crowded || this.#clock.monotonic() > endsAt || spacing !== this.spacingMs)) break
      if (spacing > 0 && !(await this.#turns.next())) break
      if (made > 0 && this.#limiter.crowded) break
      const now = this.#clock.monotonic()
      const allowance = this.#allowance(now).calls
      if (allowance === 0) break
      // The next call may be a larger one than the slot was given credits for: it goes in a slot of its own.
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
