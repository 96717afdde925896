import type { Quota } from '../refresh/ports/pace.ts'
import { MARGIN, type Rate, WINDOWS_MS, words } from './rate.ts'
import { type SendCounts, sentWithin } from './send-counts.ts'

const TELLING_SHARE = 0.4
const TELLING_CALLS = 10

function windowOf({ limit, remaining, windowMs }: Quota, at: number, sent: SendCounts): number | null {
  if (limit === null || remaining === null) return null
  const used = limit - remaining
  if (used < Math.max(TELLING_CALLS, TELLING_SHARE * limit)) return null
  const fits = WINDOWS_MS.filter((ms) => Math.abs(sentWithin(sent, ms, at) - used) <= Math.max(3, 0.1 * used))
  const [only = null] = fits
  return fits.length === 1 && (windowMs === null || windowMs === only) ? only : null
}

/**
 * What the vendor says of its limits: where as many calls are gone as have left here in a second, ten or a minute, and
 * in no other of them, that is the limit's window. One that counts other people's calls too is never taken for known.
 */
export function told(rate: Rate, quotas: readonly Quota[], at: number, sent: SendCounts): Rate {
  let next = rate
  for (const quota of quotas) {
    const windowMs = windowOf(quota, at, sent)
    if (windowMs === null || quota.limit === null) continue
    const perSecond = (MARGIN * quota.limit * 1_000) / windowMs
    if (next.told !== null && next.told.windowMs !== windowMs && next.told.perSecond <= perSecond) continue
    if (next.told?.limit === quota.limit && next.told.windowMs === windowMs) continue
    const reason = `${words(perSecond)}: the vendor allows ${quota.limit} in ${windowMs / 1_000} s`
    next = { ...next, told: { limit: quota.limit, windowMs, perSecond }, reason, at }
  }
  return next
}

/** True for a limit that is kept by the rate: what is left of it need not be counted. */
export function keeps({ told }: Rate, { limit, remaining }: Quota): boolean {
  return told !== null && limit === told.limit && remaining !== null && remaining > 0
}
