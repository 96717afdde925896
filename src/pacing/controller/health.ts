/** The vendor's health, by outcomes alone. Instants are monotonic ms. */
export interface Health {
  /** Failures in a row, and since when there was no success (throttled calls are not successes). */
  readonly failures: number
  readonly failingSince: number | null
  /** Share of failed calls: recent and long-term moving averages. */
  readonly share: number
  readonly usual: number
  /** Failures of calls sent before this have been reacted to. */
  readonly cutAt: number
  /** Since when calls are in flight and none has returned. */
  readonly waitingSince: number | null
  /** The latency of a reply that was slow enough for the vendor to be taken for down, ms; decays with each reply. */
  readonly patienceMs: number
  readonly down: Down | null
}

/** The vendor is down: it is only probed with a single call now and then. */
export interface Down {
  readonly since: number
  /** Nothing returned at all, so any reply shows that it has recovered. */
  readonly silent: boolean
  readonly noticedAt: number
  readonly askAt: number
}

const SHARE_WEIGHT = 1 / 16
const USUAL_WEIGHT = 1 / 1_000
/** Too many calls fail above this share, or above this multiple of the usual share. */
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
/** Decays slowly enough for the unloaded latency to be measured again first. */
const PATIENCE_WEIGHT = 1 / 32
/** The limit for a vendor that has not answered yet. */
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

/** A call in flight when the vendor was taken for down is answered: the vendor was only slow. */
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

/** True if the failure of a call sent at `sentAt` means that there are too many calls. */
export function tooMany({ share, usual, cutAt }: Health, sentAt: number): boolean {
  return sentAt > cutAt && share > Math.max(SHARE_BORNE, TIMES_USUAL * usual)
}

export function isDown({ failures, down }: Health): boolean {
  return down === null && failures >= DOWN_AFTER
}

/** How long nothing may return before the vendor is taken for down, ms. */
export function silenceMs({ patienceMs }: Health, latencyMs: number | null): number {
  const known = latencyMs === null ? FIRST_SILENCE_MS : Math.max(SHORTEST_SILENCE_MS, SILENCE_LATENCIES * latencyMs)
  return Math.max(known, SILENCE_PATIENCES * patienceMs)
}

export function wentDown(health: Health, since: number, at: number, silent: boolean): Health {
  return { ...health, down: { since, silent, noticedAt: at, askAt: at + SHORTEST_ASK_MS / 2 } }
}

/** The interval between probes: longer the longer it has been down, but short enough to notice a recovery soon. */
function askEvery(downMs: number): number {
  const often = Math.min(LONG_ASK_MS, Math.max(SHORTEST_ASK_MS, downMs))
  return Math.min(LONGEST_ASK_MS, Math.max(often, ASK_SHARE * downMs))
}
