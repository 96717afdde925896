import type { Pace } from '../ports/pace.ts'

/** What the number of calls to open depends on. */
export interface Flow {
  /** Calls allowed at once. */
  readonly concurrency: number
  /** The most calls that may ever be allowed at once. */
  readonly ceiling: number
  /** Time between two calls, ms; 0: none is prescribed. */
  readonly spacingMs: number
  /** Mean time of a call of late, ms. */
  readonly latencyMs: number
  /** Mean time of a checkpoint of late, ms. */
  readonly commitMs: number
  /** Calls opened and not sent; calls not settled, those included. */
  readonly unsent: number
  readonly open: number
}

/** How it flows now. */
export function flowOf(parts: {
  readonly pace: Pick<Pace, 'concurrency' | 'ceiling' | 'spacingMs'>
  readonly calls: { readonly unsent: number; readonly total: number }
  readonly health: { readonly latencyMs: number }
  readonly committer: { readonly takesMs: number }
}): Flow {
  const { pace, calls, health, committer } = parts
  const { concurrency, ceiling, spacingMs } = pace
  const { latencyMs } = health
  return {
    concurrency,
    ceiling,
    spacingMs,
    latencyMs,
    commitMs: committer.takesMs,
    unsent: calls.unsent,
    open: calls.total,
  }
}

/** Never more calls open than this many times the concurrency allowed. */
const OPEN_PER_SLOT = 3
/**
 * What is opened ahead follows the concurrency of the moment only above so many slots: a vendor that answers at once
 * is served by a few, and would wait for each checkpoint.
 */
const FEWEST_SLOTS = 32
/** How long the next checkpoint may let finished calls gather, ms. */
export const GATHER_MS = 50
/** How often it looks whether slots are about to starve, ms. */
export const GATHER_LOOK_MS = 4

/** Calls that leave per ms at the present pace. */
export function callsPerMs(flow: Flow): number {
  const free = flow.concurrency / Math.max(flow.latencyMs, 0.05)
  return flow.spacingMs === 0 ? free : Math.min(free, 1 / flow.spacingMs)
}

/** So few calls wait that the slots may starve before a checkpoint has opened more. */
export function starving(flow: Flow): boolean {
  return flow.unsent <= Math.ceil(callsPerMs(flow) * flow.commitMs * 1.5)
}

/**
 * How many calls to open now, credits aside: enough that no slot starves until the checkpoint after the next, and no
 * more, since each is unknown if the process dies.
 */
export function opensNow(flow: Flow): number {
  const ahead = Math.ceil(callsPerMs(flow) * (2 * flow.commitMs + 2 * GATHER_MS)) + 2
  const most = Math.max(flow.concurrency, Math.min(flow.ceiling, FEWEST_SLOTS))
  const lookahead = Math.min(ahead, 2 * most)
  const slots = flow.spacingMs === 0 ? Math.max(0, flow.concurrency - (flow.open - flow.unsent)) : 0
  const free = OPEN_PER_SLOT * most - flow.open
  return Math.max(0, Math.min(free, slots + lookahead - flow.unsent))
}
