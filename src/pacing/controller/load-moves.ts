import { EMPTY, meanOf } from './latency-window.ts'
import { FIRST_HOLD_MS, type Load } from './load-state.ts'

const LONGEST_KNEE_HOLD_MS = 3_600_000

/** The vendor is healthy at this limit: raises it, up to the knee quickly and beyond that rarely. */
export function grow(before: Load, at: number): Load {
  const load = held(before)
  const { limit, ceiling, phase, step, knee, back } = load
  const still: Load = { ...load, seen: EMPTY, phase: 'cruise' }
  if (limit >= ceiling) return still
  if (phase === 'ramp' && limit < back) {
    const known = back < ceiling
    const to = Math.min(back, ceiling, Math.max(1, knee), known || limit < 8 ? limit * 2 : Math.ceil(limit * 1.5))
    if (to > limit) return raised(load, to, at, { phase: 'ramp', reason: `raised to ${to}: latency is normal` })
  }
  const beyond = limit >= knee
  if (at < (beyond ? load.kneeAt : load.growAt)) return still
  const by = beyond ? 1 : Math.min(step, Math.max(2, Math.floor(limit / 3)))
  const to = Math.min(ceiling, limit + by, beyond ? ceiling : knee)
  const next = raised(load, to, at, { phase: 'cruise', reason: `raised to ${to}: latency is normal` })
  const kneeAt = beyond ? at + load.kneeStepMs : load.kneeAt
  return { ...next, step: 2 * step, holdMs: step > 1 ? FIRST_HOLD_MS : load.holdMs, kneeAt }
}

/** A limit beyond the knee has held: moves the knee there, and allows the next step beyond sooner. */
function held(load: Load): Load {
  if (load.limit <= load.knee) return load
  return { ...load, knee: load.limit, kneeStepMs: Math.max(FIRST_HOLD_MS, load.kneeStepMs / 4) }
}

export function lowered(load: Load, limit: number, at: number, phase: Load['phase'], reason: string): Load {
  const before = load.seen.n > 0 ? meanOf(load.seen) : load.before
  return { ...load, limit, phase, since: at, seen: EMPTY, before, back: load.limit, step: 1, reason, at }
}

export function raised(load: Load, limit: number, at: number, how: Pick<Load, 'phase' | 'reason'>): Load {
  // A few calls need no time to build up a queue.
  const settled = at + (load.seen.n > 0 && limit > 4 ? meanOf(load.seen) : 0)
  const grew = how.phase === 'ramp' || load.phase === 'cruise'
  const history = grew ? { proven: load.limit, grewAt: at } : {}
  return { ...load, limit, since: settled, seen: EMPTY, unmeasured: 0, ...history, ...how, at }
}

export function halved(load: Load, at: number, why: string): Load {
  const to = Math.max(1, Math.floor(load.limit / 2))
  return lowered(load, to, at, 'cruise', `${to < load.limit ? `halved to ${to}` : 'one at a time'}: ${why}`)
}

/** The vendor went down or refuses calls: if the limit was raised just before `since`, the knee is put below it. */
export function lessened(load: Load, since: number, at: number, holdShare: number): Load {
  const justBefore = since - load.grewAt < Math.max(5_000, 20 * (load.baseline?.ms ?? 0))
  if (!justBefore) return load
  const kneeHoldMs = Math.min(LONGEST_KNEE_HOLD_MS, 2 * load.kneeHoldMs)
  const kneeStepMs = holdShare * kneeHoldMs
  return {
    ...load,
    knee: Math.max(1, Math.min(load.proven, load.knee)),
    kneeHoldMs,
    kneeStepMs,
    kneeAt: at + kneeStepMs,
  }
}

/** The vendor has recovered: ramps up from one call to where it was healthy. */
export function regain(load: Load, to: number, at: number): Load {
  const back = Math.max(1, Math.min(to, load.knee, load.ceiling))
  return { ...lowered(load, 1, at, 'ramp', 'the vendor answers again: starting from one call'), back }
}

export function slowWords({ limit, seen, baseline }: Load, to: number): string {
  return `lowered from ${limit} to ${to}: replies took ${ms(meanOf(seen))}, ${ms(baseline?.ms ?? 0)} unloaded`
}

export function ms(value: number): string {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}
