import {
  type Baseline,
  baselineOf,
  EMPTY,
  MOST_CALLS,
  meanOf,
  merged,
  slowness,
  wasUsed,
  withLatency,
} from './latency-window.ts'
import { grow, lowered, ms, raised, slowWords } from './load-moves.ts'
import type { Load } from './load-state.ts'

const LONGEST_HOLD_MS = 30_000
const MEASURE_EVERY_MS = 10_000
const MEASURE_EVERY_LATENCIES = 250
/** A younger baseline is not measured again. */
const FRESH_MS = 2_500
/** Slowness (see `slowness`) at which there are too many calls, a few too many, and few enough to add more. */
const TOO_SLOW = 1.3
const SLOW = 1.15
const QUICK = 1.04
/** Slowness at which the ramp ends. */
const RAMP_ENDS = 1.2
const RAMP_SURE = 1.1
/** The highest limit reached without measured latencies: once this process is fast again, all calls hit the vendor at once. */
const MOST_UNMEASURED = 48

/** A call succeeded; `inFlight` includes it. */
export function served(load: Load, sentAt: number, at: number, latencyMs: number, inFlight: number): Load {
  if (sentAt < load.since) return load
  const seen = withLatency(load.seen, latencyMs, inFlight, load.baseline)
  return judge({ ...load, seen }, at)
}

/**
 * A call succeeded with unknown latency, since this process itself is busy. The busy process limits the load on the
 * vendor, so after many such calls the limit is raised a little, which lets the process work in larger batches.
 */
export function servedUnmeasured(load: Load, at: number, inFlight: number): Load {
  const unmeasured = load.unmeasured + (inFlight > 0.8 * load.limit ? 1 : 0)
  if (unmeasured < 2 * load.limit || at < load.growAt) return { ...load, unmeasured }
  const known = load.phase === 'measure' || load.phase === 'doubt' ? load.back : load.limit
  const to = Math.min(load.ceiling, Math.max(1, load.knee), MOST_UNMEASURED, Math.ceil(1.5 * known))
  if (to <= load.limit) return { ...load, unmeasured: 0 }
  const phase = load.phase === 'ramp' ? 'ramp' : 'cruise'
  return raised(load, to, at, { phase, reason: `raised to ${to}: this process is the slower one, not the vendor` })
}

function judge(from: Load, at: number): Load {
  const { seen, phase, limit } = from
  const load = { ...from, unmeasured: 0 }
  if (seen.n < (phase === 'ramp' ? limit : Math.max(8, 2 * limit))) return from
  if (!wasUsed(seen, limit)) return unused(load)
  const { baseline } = load
  if (baseline === null) return grow({ ...load, baseline: baselineOf(seen) }, at)
  if (phase === 'ramp') return ramp(load, baseline, at)
  if (phase === 'measure') return measured(load, baseline, at)
  return phase === 'doubt' ? doubted(load, at) : cruise(load, baseline, at)
}

/** The limit was not reached: the window proves nothing about it, but measures the vendor without load. */
function unused(load: Load): Load {
  const limit = load.phase === 'measure' || load.phase === 'doubt' ? load.back : load.limit
  const phase = load.phase === 'ramp' ? 'ramp' : 'cruise'
  return { ...load, limit, phase, seen: EMPTY, baseline: merged(load.baseline, load.seen) }
}

function ramp(load: Load, baseline: Baseline, at: number): Load {
  const { seen, limit } = load
  const { times, error } = slowness(seen, baseline)
  if (times > RAMP_ENDS) {
    if (times - 3 * error > RAMP_SURE) {
      const to = Math.max(1, Math.round(limit / times))
      return lowered(load, to, at, 'cruise', slowWords(load, to))
    }
    // Perhaps by chance: waits for more calls; if they do not decide either, the limit grows.
    if (seen.n < (limit < 8 ? 3 : 6) * limit) return load
  }
  return grow({ ...load, baseline: better(load, baseline, times, error) }, at)
}

function cruise(load: Load, baseline: Baseline, at: number): Load {
  const { seen, limit } = load
  const { times, error } = slowness(seen, baseline)
  const queued = limit * (1 - 1 / times)
  if (times - 3 * error > TOO_SLOW) return suspect(load, times, at)
  const settled = { ...load, seen: EMPTY, baseline: better(load, baseline, times, error) }
  if (times < QUICK || queued < 0.5 || times - 1.5 * error < 1)
    return error < 0.06 || seen.n >= 10 * limit ? grow(settled, at) : load
  const sure = error < 0.03 || seen.n >= 40 * limit || at - load.since > 5_000
  if (!sure) return load
  if (times > TOO_SLOW) return suspect(load, times, at)
  const fewer = Math.max(1, Math.round(limit / times) + 1)
  const tooMany = times > SLOW && queued > 1.5 && fewer < limit
  // The vendor itself may have become slower: its latency is measured again before the limit is lowered.
  const measures = at >= load.measureAt || (tooMany && at - load.measuredAt > FRESH_MS)
  if (measures && limit > 1) return measure(load, times, at)
  return tooMany ? lowered(load, fewer, at, 'cruise', slowWords(load, fewer)) : { ...load, seen: EMPTY, step: 1 }
}

/** Updates the baseline with calls that met no queue. */
function better({ seen }: Load, baseline: Baseline, times: number, error: number): Baseline {
  if (times < 0.85 - 2 * error) return baselineOf(seen)
  return times < QUICK || times - error < 1 ? merged(baseline, seen) : baseline
}

/** Replies are slow: lowers the limit, to see whether that helps. */
function suspect(load: Load, times: number, at: number): Load {
  const { limit } = load
  const to = Math.max(1, Math.floor(limit / 2), Math.round(limit / times) + (limit > 2 ? 1 : 0))
  const fewer = Math.min(to, limit - 1)
  if (fewer < 1) return { ...load, seen: EMPTY, baseline: baselineOf(load.seen), step: 1 }
  // If an increase was the cause, the wait before the next one grows each time.
  const fault = load.proven < limit && at - load.grewAt < 20 * meanOf(load.seen)
  const holdMs = fault ? Math.min(LONGEST_HOLD_MS, 2 * load.holdMs) : load.holdMs
  const held = { ...load, growAt: fault ? at + load.holdMs : load.growAt, holdMs }
  return lowered(held, fewer, at, 'doubt', slowWords(load, fewer))
}

function doubted(load: Load, at: number): Load {
  const { seen, before, limit, back } = load
  const fell = (before - meanOf(seen)) / (before * (1 - limit / back))
  if (fell > 0.4) return { ...load, phase: 'cruise', seen: EMPTY, ...measuredNow(load, at) }
  return raised({ ...load, baseline: baselineOf(seen), ...measuredNow(load, at) }, back, at, {
    phase: 'cruise',
    reason: `back to ${back}: a call takes ${ms(meanOf(seen))} now, with fewer of them too`,
  })
}

function measure(load: Load, times: number, at: number): Load {
  const to = Math.max(1, Math.floor((0.75 * load.limit) / times))
  return lowered(load, to, at, 'measure', `${to} briefly: to measure the vendor's latency without load`)
}

function measured(load: Load, baseline: Baseline, at: number): Load {
  const { seen, before, limit } = load
  const { times, error } = slowness(seen, { ...baseline, n: MOST_CALLS })
  if (error > 0.03 && seen.n < 10 * limit) return load
  const mean = meanOf(seen)
  // Latency still falls with the limit, so calls queue at this limit too.
  if (times > 1.05 && mean < 0.93 * before && limit > 1) {
    const to = Math.max(1, Math.floor(0.7 * limit))
    return { ...lowered(load, to, at, 'measure', load.reason), back: load.back }
  }
  const next =
    Math.abs(times - 1) < 0.1
      ? merged({ ms: baseline.ms, n: Math.min(baseline.n, 4 * seen.n) }, seen)
      : baselineOf(seen)
  return raised({ ...load, baseline: next, ...measuredNow(load, at) }, load.back, at, {
    phase: 'cruise',
    reason: `back to ${load.back}: latency without load is ${ms(next.ms)}`,
  })
}

function measuredNow({ baseline }: Load, at: number): Pick<Load, 'measuredAt' | 'measureAt'> {
  return { measuredAt: at, measureAt: at + Math.max(MEASURE_EVERY_MS, MEASURE_EVERY_LATENCIES * (baseline?.ms ?? 0)) }
}
