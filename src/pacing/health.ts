/** Whether the vendor is well, by outcomes alone. Instants in ms that never go back. */
export interface Health {
  /** Failures in a row, and since when nothing else came (throttles are not success either). */
  readonly failures: number
  readonly failingSince: number | null
  /** Share of calls that failed of late, and usually. */
  readonly share: number
  readonly usual: number
  /** Failures of calls sent before were answered already. */
  readonly cutAt: number
  /** Since when calls are in flight and none has come back. */
  readonly waitingSince: number | null
  /** How long a reply took for which the vendor had been taken for gone, ms; less with every reply since. */
  readonly patienceMs: number
  readonly down: Down | null
}

/** The vendor is left alone, but for one call now and then. */
export interface Down {
  readonly since: number
  /** Nothing came back at all: whatever comes is a sign of life. */
  readonly silent: boolean
  readonly noticedAt: number
  readonly askAt: number
}

const SHARE_WEIGHT = 1 / 16
const USUAL_WEIGHT = 1 / 1_000
/** Failures are too many above this share, or above so many times what is usual. */
const SHARE_BORNE = 0.2
const TIMES_USUAL = 6
export const DOWN_AFTER = 5
const SHORTEST_ASK_MS = 2_000
const LONG_ASK_MS = 7_000
const LONGEST_ASK_MS = 60_000
const ASK_SHARE = 1 / 16
const SHORTEST_SILENCE_MS = 1_000
const SILENCE_LATENCIES = 12
const SILENCE_PATIENCES = 2
/** Slow enough that the unloaded latency is known anew before it has worn off. */
const PATIENCE_WEIGHT = 1 / 32
/** Of a vendor that has not answered yet nothing is known. */
const FIRST_SILENCE_MS = 10_000

export const WELL: Health = {
  failures: 0,
  failingSince: null,
  share: 0,
  usual: 0,
  cutAt: Number.NEGATIVE_INFINITY,
  waitingSince: null,
  patienceMs: 0,
  down: null,
}

export function callOut(health: Health, at: number, inFlight: number): Health {
  const waitingSince = inFlight <= 1 || health.waitingSince === null ? at : health.waitingSince
  const { down } = health
  return { ...health, waitingSince, down: down === null ? null : { ...down, askAt: at + askEvery(at - down.since) } }
}

export function succeeded(health: Health, at: number): Health {
  return {
    ...health,
    failures: 0,
    failingSince: null,
    share: health.share * (1 - SHARE_WEIGHT),
    usual: health.usual * (1 - USUAL_WEIGHT),
    waitingSince: at,
    patienceMs: health.patienceMs * (1 - PATIENCE_WEIGHT),
  }
}

/** A call that was in flight when the vendor was taken for gone has its reply: it was slow. */
export function wasOnlySlow(health: Health, sentAt: number, latencyMs: number): Health {
  const { down } = health
  if (down === null || !down.silent || sentAt > down.noticedAt) return health
  return { ...health, patienceMs: Math.max(health.patienceMs, latencyMs) }
}

export function wasThrottled(health: Health, at: number): Health {
  return { ...health, failingSince: health.failingSince ?? at, waitingSince: at }
}

export function hasFailed(health: Health, at: number): Health {
  return {
    ...health,
    failures: health.failures + 1,
    failingSince: health.failingSince ?? at,
    share: health.share + (1 - health.share) * SHARE_WEIGHT,
    usual: health.usual + (1 - health.usual) * USUAL_WEIGHT,
    waitingSince: at,
  }
}

/** Does a failure of a call sent then mean that there are too many calls? */
export function tooMany({ share, usual, cutAt }: Health, sentAt: number): boolean {
  return sentAt > cutAt && share > Math.max(SHARE_BORNE, TIMES_USUAL * usual)
}

export function isDown({ failures, down }: Health): boolean {
  return down === null && failures >= DOWN_AFTER
}

/** How long nothing may come back before the vendor is taken for gone, ms. */
export function silenceMs({ patienceMs }: Health, latencyMs: number | null): number {
  const known = latencyMs === null ? FIRST_SILENCE_MS : Math.max(SHORTEST_SILENCE_MS, SILENCE_LATENCIES * latencyMs)
  return Math.max(known, SILENCE_PATIENCES * patienceMs)
}

export function wentDown(health: Health, since: number, at: number, silent: boolean): Health {
  return { ...health, down: { since, silent, noticedAt: at, askAt: at + SHORTEST_ASK_MS / 2 } }
}

/** The longer it has been down, the rarer the asking; soon enough that its return is noticed within seconds. */
function askEvery(downMs: number): number {
  const often = Math.min(LONG_ASK_MS, Math.max(SHORTEST_ASK_MS, downMs))
  return Math.min(LONGEST_ASK_MS, Math.max(often, ASK_SHARE * downMs))
}
