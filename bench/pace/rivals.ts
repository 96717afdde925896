import type { Decider, Shown } from './drive.ts'

/** A number of calls at once, and nothing else: what the published limiters decide. */
abstract class LimitOnly implements Decider {
  readonly spacingMs: number = 0
  protected limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  get concurrency(): number {
    return Math.max(1, Math.floor(this.limit))
  }
  opensAt(_now: number): number {
    return 0
  }
  left(_at: number, _inFlight: number): void {}
  looked(_at: number, _inFlight: number): void {}
  abstract heard(shown: Shown): void
}

/** So many at once, whatever happens. */
export class Fixed extends LimitOnly {
  heard(): void {}
}

/** One more for each round of successes, half after a failure or a throttle of a call sent since the last cut. */
export class PlainAimd extends LimitOnly {
  readonly #ceiling: number
  #cutAt = -1

  constructor(ceiling: number) {
    super(4)
    this.#ceiling = ceiling
  }

  heard({ answer, sentAt, at }: Shown): void {
    if (answer === 'ok') this.limit = Math.min(this.#ceiling, this.limit + 1 / this.limit)
    else if (sentAt > this.#cutAt) {
      this.limit = Math.max(1, this.limit / 2)
      this.#cutAt = at
    }
  }
}

/**
 * Gradient2 with its published defaults, in the windows of a second that its limiters put before it (at least ten
 * samples each, their mean). It does not look at drops. https://github.com/Netflix/concurrency-limits, read in
 * November 2026: Gradient2Limit, WindowedLimit, ExpAvgMeasurement.
 */
export class Gradient2 extends LimitOnly {
  readonly #ceiling: number
  #window = { sum: 0, count: 0, mostInFlight: 0 }
  #nextAt = 0
  #long = { sum: 0, count: 0, value: 0 }

  constructor(ceiling: number) {
    super(20)
    this.#ceiling = ceiling
  }

  heard({ at, latencyMs, inFlight }: Shown): void {
    const window = this.#window
    window.sum += latencyMs
    window.count += 1
    window.mostInFlight = Math.max(window.mostInFlight, inFlight + 1)
    if (at <= this.#nextAt) return
    this.#window = { sum: 0, count: 0, mostInFlight: 0 }
    this.#nextAt = at + 1_000
    if (window.count >= 10) this.#update(window.sum / window.count, window.mostInFlight)
  }

  #update(short: number, inFlight: number): void {
    const long = this.#longWith(short)
    if (long.value / short > 2) long.value *= 0.9
    if (inFlight < this.limit / 2) return
    const gradient = Math.max(0.5, Math.min(1, long.value / short))
    const next = this.limit * 0.8 + (this.limit * gradient + 4) * 0.2
    this.limit = Math.max(20, Math.min(this.#ceiling, next))
  }

  #longWith(sample: number): { value: number } {
    const long = this.#long
    if (long.count < 10) {
      long.count += 1
      long.sum += sample
      long.value = long.sum / long.count
    } else long.value += (sample - long.value) * (2 / 601)
    return long
  }
}

/** Vegas with its published defaults, sample by sample. The same source: VegasLimit. */
export class Vegas extends LimitOnly {
  readonly #ceiling: number
  readonly #random: () => number
  #noLoadMs = 0
  #probes = 0
  #jitter: number

  constructor(ceiling: number, random: () => number) {
    super(20)
    this.#ceiling = ceiling
    this.#random = random
    this.#jitter = 0.5 + 0.5 * random()
  }

  heard({ answer, latencyMs, inFlight }: Shown): void {
    this.#probes += 1
    if (this.#jitter * 30 * this.limit <= this.#probes) {
      this.#jitter = 0.5 + 0.5 * this.#random()
      this.#probes = 0
      this.#noLoadMs = latencyMs
    } else if (this.#noLoadMs === 0 || latencyMs < this.#noLoadMs) this.#noLoadMs = latencyMs
    else this.#update(latencyMs, inFlight + 1, answer !== 'ok')
  }

  #update(latencyMs: number, inFlight: number, dropped: boolean): void {
    const queue = Math.ceil(this.limit * (1 - this.#noLoadMs / latencyMs))
    const log = Math.max(1, Math.floor(Math.log10(Math.floor(this.limit))))
    const next = dropped ? this.limit - log : inFlight * 2 < this.limit ? this.limit : this.#step(queue, log)
    this.limit = Math.max(1, Math.min(this.#ceiling, next))
  }

  #step(queue: number, log: number): number {
    if (queue <= log) return this.limit + 6 * log
    if (queue < 3 * log) return this.limit + log
    return queue > 6 * log ? this.limit - log : this.limit
  }
}
