import { type Credits, fits, minus, times } from '../domain/credits/credits.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { CallSource } from '../refresh/ports/pace.ts'
import type { Control } from './controller/control.ts'
import type { Limiter } from './limiter.ts'
import { type Allowance, ANY, shutUntil, tighter } from './limits/allowance.ts'
import type { Gate } from './limits/gate.ts'
import type { RequestPacer } from './request-pacer.ts'
import type { EndTurn, SharedTurns } from './shared/shared-ceiling.ts'
import { Wake } from './wake.ts'

export interface SlotsParts {
  readonly clock: Clock
  readonly control: Control
  readonly gate: Gate
  readonly limiter: Limiter
  readonly pacer: RequestPacer
  /** Of the limits that several accounts keep together; null: there are none. */
  readonly turns: SharedTurns | null
}

/** The shortest duration of a slot, and its increase per slot: Bottleneck's overhead is per slot, so many slots last longer. */
const SLOT_MS = 250
const SLOT_MS_EACH = 20
/** How long a slot waits for a checkpoint to open more calls before it ends. */
const STARVED_MS = 50
/** The longest wait of a slot inside Bottleneck, where a new spacing does not reach it. */
const QUEUED_MS = 100

const NO_TURN: EndTurn = () => {}

/** Sends calls in slots of the limiter, each of which makes several of them, one after another. */
export class Slots {
  readonly #parts: SlotsParts
  readonly #wake: Wake
  readonly #working = new Set<Promise<void>>()
  /** Slots that have not started working. */
  #starting = 0
  #source: CallSource | null = null

  constructor(parts: SlotsParts) {
    this.#parts = parts
    this.#wake = new Wake(parts.clock)
  }

  /** How many calls may be sent now, and when the next may be (monotonic ms). */
  allowance(now: number): Allowance {
    const { control, gate } = this.#parts
    const { opensAt } = control.allowed
    return opensAt > now ? tighter(shutUntil(opensAt), gate.allowance(now)) : gate.allowance(now)
  }

  allow(concurrency: number, spacingMs: number): void {
    const { limiter, pacer } = this.#parts
    // With a shorter spacing the current wait may be over already.
    if (spacingMs < pacer.spacingMs) this.#wake.callOff()
    pacer.setSpacing(spacingMs)
    limiter.allow({ concurrency, minTimeMs: pacer.minTimeMs })
    if (this.#source !== null) this.pump(this.#source)
  }

  pump(source: CallSource): void {
    const { limiter, clock } = this.#parts
    this.#source = source
    while (limiter.free > 0 && source.waiting > limiter.queued) {
      const allowance = tighter(this.allowance(clock.monotonic()), this.#turn())
      if (allowance.calls === 0) {
        this.#wake.at(allowance.opensAt, () => this.pump(source))
        return
      }
      const calls = this.#callsInSlot(source)
      if (calls < 1 || this.#starting >= allowance.calls) return
      this.#start(source, calls)
    }
  }

  async idle(): Promise<void> {
    this.#wake.callOff()
    this.#parts.pacer.dismiss()
    this.#parts.turns?.dismiss()
    while (this.#working.size > 0) await Promise.all(this.#working)
    this.#wake.callOff()
    this.#source = null
  }

  /** Keeps the queue inside Bottleneck short: slots start only shortly before their turn. */
  #turn(): Allowance {
    const { limiter, clock, pacer } = this.#parts
    const { minTimeMs } = pacer
    if (minTimeMs === 0) return ANY
    const turnAt = limiter.lastAt + minTimeMs * (limiter.queued + 1)
    return turnAt - clock.monotonic() > QUEUED_MS ? shutUntil(turnAt - QUEUED_MS / 2) : ANY
  }

  get #slotMs(): number {
    return Math.max(SLOT_MS, SLOT_MS_EACH * this.#parts.control.allowed.concurrency)
  }

  /** How many calls a slot makes: enough for its duration, but no more than its share of the credits left. */
  #callsInSlot(source: CallSource): number {
    const { control, limiter, pacer } = this.#parts
    const byTime = Math.max(1, Math.round(this.#slotMs / Math.max(control.latencyMs ?? 1, 0.1)))
    const affordable = fits(limiter.credits, source.reservation)
    const share = Math.max(1, Math.floor(affordable / control.allowed.concurrency))
    return Math.min(byTime, pacer.callsPerJob, share, affordable)
  }

  #start(source: CallSource, calls: number): void {
    const credits = times(source.reservation, calls)
    this.#starting += 1
    const slot = this.#parts.limiter.run(credits, (use) => this.#work(source, calls, credits, use))
    this.#working.add(slot)
    void slot.finally(() => {
      this.#working.delete(slot)
      this.pump(source)
    })
  }

  /** One slot: makes calls one after another, while the pace allows it. */
  async #work(source: CallSource, calls: number, credits: Credits, use: (used: Credits) => void): Promise<void> {
    const { clock, limiter, pacer, turns } = this.#parts
    const endsAt = clock.monotonic() + this.#slotMs
    const spacing = pacer.spacingMs
    let left = credits
    this.#starting -= 1
    if (spacing > 0) this.pump(source)
    for (let made = 0; made < calls; ) {
      // The slot's start is the turn of its first call; it makes further ones only while the pace is unchanged.
      if (made > 0 && (limiter.crowded || clock.monotonic() > endsAt || spacing !== pacer.spacingMs)) break
      if (spacing > 0 && !(await pacer.next())) break
      const end = turns === null || source.waiting === 0 ? NO_TURN : await turns.next()
      if (end === null) break
      const used = await this.#one(source, { isFirst: made === 0, left }).finally(end)
      if (used === 'later') break
      if (used === 'none') {
        if (spacing > 0) break
        await source.more(STARVED_MS)
        if (source.waiting === 0) break
        continue
      }
      made += 1
      left = minus(left, used)
      use(used)
    }
  }

  /** Makes one call. Resolves to what it used; 'later': none may be made in this slot now; 'none': none waits. */
  async #one(source: CallSource, { isFirst, left }: { readonly isFirst: boolean; readonly left: Credits }) {
    if (!isFirst && this.#parts.limiter.crowded) return 'later'
    const now = this.#parts.clock.monotonic()
    const allowance = this.allowance(now).calls
    if (allowance === 0) return 'later'
    // The next call may need more credits than the slot has left: it goes in another slot.
    if (source.reservation > left) return 'later'
    const call = source.next()
    return call === null ? 'none' : this.#follow(call, now, allowance, source)
  }

  async #follow(call: Promise<Credits>, now: number, allowance: number, source: CallSource): Promise<Credits> {
    const { control, gate } = this.#parts
    gate.left(now)
    control.left()
    if (allowance !== ANY.calls) this.pump(source)
    try {
      return await call
    } finally {
      control.back()
    }
  }
}
