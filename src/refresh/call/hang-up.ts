import type { Clock } from '../../domain/clock.ts'
import type { VendorClient } from '../ports/vendor.ts'

/** The least that is waited. What is cut off ends by itself; what waits for something else is left behind, and sends nothing. */
const LAST_MS = 1_000

/**
 * Waits for what is still under way with the vendor, so long at most; then hangs up. True if it had to. What a call
 * that is cut off came to nobody knows: it stands open, as after a crash.
 */
export async function settledOrHungUp(
  underWay: Promise<unknown>,
  leftMs: number,
  { clock, vendor }: { readonly clock: Clock; readonly vendor: VendorClient },
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
