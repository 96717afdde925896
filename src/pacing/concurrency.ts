/**
 * How many calls at once the vendor bears: additive increase while calls succeed, halved when it throttles, and when
 * more than a lone call fails.
 * A pure step: state and sample in, state out. It knows no timers, no HTTP and no Bottleneck.
 */
export interface ConcurrencyState {
  readonly limit: number
  readonly ceiling: number
  /** Successes since the limit last changed. */
  readonly streak: number
  /** Calls sent before this instant (epoch ms) do not cut again: one burst of errors is one cut. */
  readonly cutAt: number
  /** Until the first cut the limit doubles each round: the start is small, and quick. */
  readonly ramping: boolean
  /** Failures in a row, and since when: a vendor that only fails is unhealthy, and its items are not to blame. */
  readonly failures: number
  readonly failingSinceMs: number | null
  /** Share of calls that failed of late, 0 to 1. */
  readonly failureShare: number
}

/** What a call showed. Misses and refusals of a record are successes: the vendor did its work. */
export type Sample = { readonly kind: 'ok' | 'throttled' | 'failed'; readonly sentAt: number; readonly at: number }

/** Concurrency at the start of a run. */
const FIRST_LIMIT = 4
/** A call's weight in the failure share; above the share, failures cut: a lone one does not, two close together do. */
const SHARE_WEIGHT = 1 / 16
const SHARE_BORNE = 0.1
/** So many failures in a row are the vendor's, not the records'. */
const UNWELL_AFTER = 5

export function startConcurrency(ceiling: number): ConcurrencyState {
  if (!(ceiling >= 1)) throw new RangeError(`the concurrency ceiling must be at least 1, not ${ceiling}`)
  return {
    limit: Math.min(FIRST_LIMIT, ceiling),
    ceiling,
    streak: 0,
    cutAt: Number.NEGATIVE_INFINITY,
    ramping: true,
    failures: 0,
    failingSinceMs: null,
    failureShare: 0,
  }
}

export function step(state: ConcurrencyState, sample: Sample): ConcurrencyState {
  return sample.kind === 'ok' ? grow(state) : cut(state, sample)
}

/** True while failures are the vendor's own: they cost the items no attempt. */
export function unwell(state: ConcurrencyState): boolean {
  return state.failures >= UNWELL_AFTER
}

/** How long nothing but failures and throttles has come back, in ms. */
export function failingForMs(state: ConcurrencyState, now: number): number {
  return state.failingSinceMs === null ? 0 : now - state.failingSinceMs
}

function grow(state: ConcurrencyState): ConcurrencyState {
  const { ceiling, cutAt, ramping } = state
  const full = state.streak + 1 >= state.limit && state.limit < ceiling
  return {
    limit: full ? Math.min(ceiling, ramping ? state.limit * 2 : state.limit + 1) : state.limit,
    ceiling,
    streak: full ? 0 : state.streak + 1,
    cutAt,
    ramping,
    failures: 0,
    failingSinceMs: null,
    failureShare: state.failureShare * (1 - SHARE_WEIGHT),
  }
}

function cut(state: ConcurrencyState, sample: Sample): ConcurrencyState {
  const failed = sample.kind === 'failed'
  const failureShare = state.failureShare + ((failed ? 1 : 0) - state.failureShare) * SHARE_WEIGHT
  const failing = {
    ...state,
    failureShare,
    streak: 0,
    failures: failed ? state.failures + 1 : state.failures,
    failingSinceMs: state.failingSinceMs ?? sample.at,
  }
  if (sample.sentAt <= state.cutAt || (failed && failureShare < SHARE_BORNE)) return failing
  return { ...failing, limit: Math.max(1, Math.floor(state.limit / 2)), cutAt: sample.at, ramping: false }
}
