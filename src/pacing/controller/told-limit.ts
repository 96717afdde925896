import { rateWords } from '../../domain/words/words.ts'
import type { Quota } from '../../refresh/ports/pace.ts'
import { MARGIN, type Rate } from './rate.ts'
import { WINDOWS_MS } from './refusing.ts'
import { type SendCounts, sentWithin } from './send-counts.ts'

const CONCLUSIVE_SHARE = 0.4
const CONCLUSIVE_CALLS = 10

function windowOf({ limit, remaining, windowMs }: Quota, at: number, sent: SendCounts): number | null {
  if (limit === null || remaining === null) return null
  const used = limit - remaining
  if (used < Math.max(CONCLUSIVE_CALLS, CONCLUSIVE_SHARE * limit)) return null
  const fits = WINDOWS_MS.filter((ms) => Math.abs(sentWithin(sent, ms, at) - used) <= Math.max(3, 0.1 * used))
  const [only = null] = fits
  return fits.length === 1 && (windowMs === null || windowMs === only) ? only : null
}

/**
 * Learns the window of a limit that the vendor reports: if the calls it counts as used match what we sent within a second,
 * ten seconds or a minute, and only one of these, that is the window. A limit that also counts other people's calls never
 * matches.
 */
export function told(rate: Rate, quotas: readonly Quota[], at: number, sent: SendCounts): Rate {
  let next = rate
  for (const quota of quotas) {
    const windowMs = windowOf(quota, at, sent)
    if (windowMs === null || quota.limit === null) continue
    const perSecond = (MARGIN * quota.limit * 1_000) / windowMs
    if (next.told !== null && next.told.windowMs !== windowMs && next.told.perSecond <= perSecond) continue
    if (next.told?.limit === quota.limit && next.told.windowMs === windowMs) continue
    const reason = `${rateWords(perSecond)}: the vendor allows ${quota.limit} in ${windowMs / 1_000} s`
    next = { ...next, told: { limit: quota.limit, windowMs, perSecond }, reason, at }
  }
  return next
}

/** True for a limit that spacing keeps already, so that its remaining calls need not be counted. */
export function keeps({ told }: Rate, { limit, remaining }: Quota): boolean {
  return told !== null && limit === told.limit && remaining !== null && remaining > 0
}
