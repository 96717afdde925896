import { type Credits, NO_CREDITS } from '../domain/credits/credits.ts'
import { allowedPace, type KeptPace, type LearnedPace } from '../domain/run/kept-pace.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { CallCount, CallSource, Pace, PaceReport, Sample, Spread } from '../refresh/ports/pace.ts'
import { Control } from './controller/control.ts'
import { LONGEST_PAUSE_MS } from './controller/pause.ts'
import { Limiter } from './limiter.ts'
import { type CountedLimits, Gate } from './limits/gate.ts'
import { resetAfter } from './limits/quota.ts'
import { RequestPacer } from './request-pacer.ts'
import type { SharedCeiling } from './shared/shared-ceiling.ts'
import { Slots } from './slots.ts'
import { msApart, type RateLimits, spacingMs } from './spacing.ts'
import { Spreading } from './spreading.ts'

export interface PaceOptions {
  readonly limits: RateLimits & CountedLimits & { readonly maxConcurrent?: number }
  readonly clock: Clock
  /** The limits that several accounts keep together; missing: there are none. */
  readonly shared?: SharedCeiling | undefined
  /** Called on significant changes of pace; `steps`: how many small changes the report sums up. */
  readonly onChange?: (report: PaceReport, steps: number) => void
}

/** The concurrency ceiling if the config sets none. */
const DEFAULT_CEILING = 16
/** Shorter waits belong to the pace; longer ones are reported as a pause. */
const SHORTEST_PAUSE_MS = 900

/** The pace: a pure controller decides concurrency and spacing, and slots keep to them. Instants are monotonic ms. */
export class AdaptivePace implements Pace {
  readonly ceiling: number
  readonly #configuredMs: number
  readonly #clock: Clock
  readonly #control: Control
  readonly #limiter: Limiter
  readonly #gate: Gate
  readonly #pacer: RequestPacer
  readonly #slots: Slots
  readonly #spreading = new Spreading()
  readonly #onChange: NonNullable<PaceOptions['onChange']>
  /** Until when the vendor asked us to wait. */
  #askedUntil = 0

  constructor({ limits, clock, shared, onChange = () => {} }: PaceOptions) {
    this.ceiling = Math.max(1, Math.floor(limits.maxConcurrent ?? DEFAULT_CEILING))
    this.#configuredMs = spacingMs(limits)
    this.#clock = clock
    this.#onChange = onChange
    this.#pacer = new RequestPacer(clock, this.#configuredMs)
    this.#gate = new Gate(limits)
    this.#control = new Control(this.ceiling, clock, { apply: () => this.#apply(), tell: onChange })
    const { minTimeMs } = this.#pacer
    this.#limiter = new Limiter({ concurrency: this.concurrency, minTimeMs, credits: NO_CREDITS, clock })
    const [control, gate, limiter, pacer] = [this.#control, this.#gate, this.#limiter, this.#pacer]
    this.#slots = new Slots({ clock, control, gate, limiter, pacer, turns: shared?.turns() ?? null })
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
    return { ...allowedPace(this.report), learned: this.#control.learned(now) }
  }
  remember(learned: LearnedPace, now: number): void {
    this.#control.remember(learned, now)
  }
  get unhealthy(): boolean {
    return this.#control.unhealthy
  }
  get pausedForMs(): number {
    const now = this.#clock.monotonic()
    const opensInMs = this.#slots.allowance(now).opensAt - now
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
    const retryAfterMs = sample.retryAfterMs ?? (sample.kind === 'throttled' ? resetAfter(sample) : null)
    const steady = this.#steady(sample)
    this.#control.observe({ ...steady, retryAfterMs })
    const quotas = steady.quotas?.filter((quota) => !this.#control.keeps(quota)) ?? []
    this.#gate.heard({ ...steady, quotas }, this.#control.othersInFlight)
    if (sample.kind !== 'ok' && retryAfterMs !== null) {
      this.#askedUntil = Math.max(this.#askedUntil, steady.at + Math.min(retryAfterMs, LONGEST_PAUSE_MS))
    }
  }

  noted(sample: Sample): void {
    this.#gate.heard(this.#steady(sample), this.#control.othersInFlight)
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
    const bearable = this.#control.bearablePerSecond(this.#configuredMs)
    const borne = bearable === null ? null : Math.min(bearable, this.#gate.perSecond)
    const before = this.#spreading.perSecond
    if (!this.#spreading.look(work, { borne, well: !this.unhealthy, at: this.#clock.monotonic() })) return
    this.#apply()
    const now = this.#spreading.perSecond
    if ((before === null) !== (now === null)) this.#onChange(this.report, 1)
  }

  pump(source: CallSource): void {
    this.#slots.pump(source)
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
    await this.#slots.idle()
    this.#control.rest()
  }

  /** Makes what is allowed now effective at once. */
  #apply(): void {
    const { concurrency, perSecond } = this.#control.allowed
    this.#slots.allow(concurrency, Math.max(this.#configuredMs, msApart(perSecond), msApart(this.#spreading.perSecond)))
  }
}
