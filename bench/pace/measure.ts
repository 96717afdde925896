import type { Course, Decider, Done } from './drive.ts'
import type { Scenario } from './scenario.ts'

/** What one run of a decider against a vendor came to. */
export interface Figures {
  /** Successes as a share of what the vendor could have served, from `from` on. */
  readonly goodput: number
  /** 95th percentile of how many times longer a call took than it would have unloaded. */
  readonly slowdown: number
  readonly throttled: number
  readonly collapses: number
  /** Credits billed for calls that failed; one credit a call. */
  readonly lost: number
  /** Until a second's goodput first reached 90 % of capacity; infinite: never. */
  readonly to90Ms: number
  /** The longest until that, after a change of the vendor's; null where it does not change. */
  readonly recoverMs: number | null
  /** Calls sent while the vendor was down. */
  readonly sentInto: number
}

const BIN_MS = 100
const SECOND = 1_000 / BIN_MS

/** Adds up what a course's calls showed. */
export class Meter {
  readonly #scenario: Scenario
  readonly #served: Float64Array
  readonly #slowdowns = new Quantiles()
  #calls = 0
  #throttled = 0
  #sentInto = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    this.#served = new Float64Array(Math.ceil(scenario.ms / BIN_MS) + 1)
  }

  seen({ answer, sentAt, at, slowdown }: Done): void {
    const { from, model } = this.#scenario
    this.#calls += 1
    if (model.outage !== undefined && sentAt >= model.outage.from && sentAt < model.outage.to) this.#sentInto += 1
    if (answer === 'throttled') this.#throttled += 1
    if (answer !== 'ok') return
    const bin = Math.floor(at / BIN_MS)
    this.#served[bin] = (this.#served[bin] as number) + 1
    if (at >= from) this.#slowdowns.add(slowdown)
  }

  figures({ collapses, billedForNothing, endedAt }: Course): Figures {
    const { from, capacity, changes = [] } = this.#scenario
    const served = this.#served
    const [done, possible] = totals(served, from, endedAt, capacity)
    const good = (after: number) => firstGood(served, after, endedAt, capacity)
    const recoveries = changes.filter((at) => capacity(at) > 0).map((at) => good(at) - at)
    return {
      goodput: done / possible,
      slowdown: this.#slowdowns.at(0.95),
      throttled: this.#throttled / Math.max(1, this.#calls),
      collapses,
      lost: billedForNothing,
      to90Ms: good(0),
      recoverMs: recoveries.length === 0 ? null : Math.max(...recoveries),
      sentInto: this.#sentInto,
    }
  }
}

/** Quantiles to half a hundredth, of values from one up. */
class Quantiles {
  readonly #counts = new Map<number, number>()
  #n = 0

  add(value: number): void {
    const bin = Math.round(200 * Math.log(Math.max(1, value)))
    this.#counts.set(bin, (this.#counts.get(bin) ?? 0) + 1)
    this.#n += 1
  }

  at(share: number): number {
    let left = share * this.#n
    for (const [bin, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      left -= count
      if (left <= 0) return Math.exp(bin / 200)
    }
    return Number.NaN
  }
}

function totals(served: Float64Array, from: number, to: number, capacity: (at: number) => number): [number, number] {
  let [done, possible] = [0, 0]
  for (let bin = Math.ceil(from / BIN_MS); bin < Math.floor(to / BIN_MS); bin++) {
    done += served[bin] as number
    possible += capacity((bin + 0.5) * BIN_MS) * BIN_MS
  }
  return [done, possible]
}

/** The end of the first second, from `after` on, in which 90 % of the capacity was used; infinite: there is none. */
function firstGood(served: Float64Array, after: number, ms: number, capacity: (at: number) => number): number {
  let done = 0
  const first = Math.ceil(after / BIN_MS)
  for (let bin = first; bin < Math.floor(ms / BIN_MS); bin++) {
    done += served[bin] as number
    if (bin - first < SECOND) {
      if (bin - first < SECOND - 1) continue
    } else done -= served[bin - SECOND] as number
    const can = capacity((bin + 0.5) * BIN_MS) * 1_000
    if (can > 0 && done >= 0.9 * can) return (bin + 1) * BIN_MS
  }
  return Number.POSITIVE_INFINITY
}

/** Over seeds: goodput and latency as means, time and harm at their worst. */
export function together(all: readonly Figures[]): Figures {
  const mean = (pick: (f: Figures) => number) => all.reduce((sum, f) => sum + pick(f), 0) / all.length
  const worst = (pick: (f: Figures) => number) => Math.max(...all.map(pick))
  return {
    goodput: mean((f) => f.goodput),
    slowdown: mean((f) => f.slowdown),
    throttled: mean((f) => f.throttled),
    collapses: all.reduce((sum, f) => sum + f.collapses, 0),
    lost: mean((f) => f.lost),
    to90Ms: worst((f) => f.to90Ms),
    recoverMs: all[0]?.recoverMs === null ? null : worst((f) => f.recoverMs as number),
    sentInto: worst((f) => f.sentInto),
  }
}

/** One who knows the vendor at every instant: the best that can be done from outside. */
export function knowing(scenario: Scenario): Decider {
  let now = 0
  const truth = () => scenario.truth(now)
  return {
    get concurrency() {
      return truth().concurrency
    },
    get spacingMs() {
      const { perSecond } = truth()
      return perSecond === undefined ? 0 : 1_000 / perSecond
    },
    opensAt: () => 0,
    left: () => {},
    heard: ({ at }) => {
      now = at
    },
    looked: (at) => {
      now = at
    },
  }
}
