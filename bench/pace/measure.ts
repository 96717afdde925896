import type { Course, Decider } from './drive.ts'
import type { Scenario } from './scenarios.ts'

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

export function figuresOf(scenario: Scenario, course: Course): Figures {
  const { from, ms, capacity, changes = [] } = scenario
  const served = new Float64Array(Math.ceil(ms / BIN_MS) + 1)
  const slowdowns: number[] = []
  let [throttled, calls] = [0, 0]
  for (const { answer, at, slowdown } of course.done) {
    calls += 1
    if (answer === 'throttled') throttled += 1
    if (answer !== 'ok') continue
    const bin = Math.floor(at / BIN_MS)
    served[bin] = (served[bin] as number) + 1
    if (at >= from) slowdowns.push(slowdown)
  }
  const { outage } = scenario.model
  const [done, possible] = totals(served, from, ms, capacity)
  const recoveries = changes.filter((at) => capacity(at) > 0).map((at) => firstGood(served, at, ms, capacity) - at)
  return {
    goodput: done / possible,
    slowdown: percentile(slowdowns, 0.95),
    throttled: throttled / Math.max(1, calls),
    collapses: course.collapses,
    lost: course.billedForNothing,
    to90Ms: firstGood(served, 0, ms, capacity),
    recoverMs: recoveries.length === 0 ? null : Math.max(...recoveries),
    sentInto: outage === undefined ? 0 : course.sent.filter((at) => at >= outage.from && at < outage.to).length,
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

export function percentile(values: number[], share: number): number {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number
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
