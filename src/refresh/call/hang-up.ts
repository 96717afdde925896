import type { Clock } from '../../domain/time/clock.ts'
import type { RunParts } from '../ports/run-parts.ts'

/** The shortest wait. Requests that were cut off end by themselves; slots that wait for something else send nothing more. */
const LAST_MS = 1_000

/**
 * Waits up to `leftMs` for requests in flight, then closes the connections; true if it had to. The outcome of a call
 * that is cut off is not known: it stays open, as after a crash.
 */
export async function settledOrHungUp(
  underWay: Promise<unknown>,
  leftMs: number,
  { clock, vendor }: Pick<RunParts, 'clock' | 'vendor'>,
): Promise<boolean> {
  if (await endsWithin(underWay, Math.max(leftMs, LAST_MS), clock)) return false
  vendor.close()
  await endsWithin(underWay, LAST_MS, clock)
  return true
}

async function endsWithin(underWay: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const calledOff = new AbortController()
  const ended = underWay.then(() => true)
  const tooLate = clock.sleep(ms, calledOff.signal).then(() => false)
  return Promise.race([ended, tooLate]).finally(() => calledOff.abort())
}
