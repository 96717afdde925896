import type { ActiveRun } from '../active-run.ts'
import type { Pace } from '../ports/pace.ts'

/** The figures that decide how many calls to open. */
export interface Flow extends Pick<Pace, 'concurrency' | 'ceiling' | 'spacingMs'> {
  /** Moving average of call latency, ms. */
  readonly latencyMs: number
  /** Moving average of checkpoint duration, ms. */
  readonly commitMs: number
  /** Calls opened and not sent yet; all calls opened and not settled. */
  readonly unsent: number
  readonly open: number
}

export function flowOf({ pace, calls, health, committer }: ActiveRun): Flow {
  const { concurrency, ceiling, spacingMs } = pace
  const { latencyMs } = health
  const { unsent, total: open } = calls
  return { concurrency, ceiling, spacingMs, latencyMs, commitMs: committer.takesMs, unsent, open }
}

/** The most open calls per call allowed at once (DESIGN 4). */
const OPEN_PER_SLOT = 3
/** The fewest slots it is based on: a vendor that answers at once would wait for each checkpoint otherwise. */
const FEWEST_SLOTS = 32
/** How long a checkpoint may wait for more finished calls, ms. */
export const GATHER_MS = 50
/** How often it checks meanwhile whether slots are about to starve, ms. */
export const GATHER_LOOK_MS = 4

export function callsPerMs(flow: Flow): number {
  const free = flow.concurrency / Math.max(flow.latencyMs, 0.05)
  return flow.spacingMs === 0 ? free : Math.min(free, 1 / flow.spacingMs)
}

/** True if the waiting calls may run out before a checkpoint has opened more. */
export function starving(flow: Flow): boolean {
  return flow.unsent <= Math.ceil(callsPerMs(flow) * flow.commitMs * 1.5)
}

/**
 * How many calls to open now, regardless of credits: enough that no slot starves until the checkpoint after the next,
 * and no more, since each open call may be unknown if the process dies.
 */
export function opensNow(flow: Flow): number {
  const ahead = Math.ceil(callsPerMs(flow) * (2 * flow.commitMs + 2 * GATHER_MS)) + 2
  const most = Math.max(flow.concurrency, Math.min(flow.ceiling, FEWEST_SLOTS))
  const lookahead = Math.min(ahead, 2 * most)
  const slots = flow.spacingMs === 0 ? Math.max(0, flow.concurrency - (flow.open - flow.unsent)) : 0
  const free = OPEN_PER_SLOT * most - flow.open
  return Math.max(0, Math.min(free, slots + lookahead - flow.unsent))
}
