import type { SlidingLimit } from './rate-windows.ts'

/**
 * What a reply says of the rate limits, as header name, value, name, value. `x-ratelimit`: the tightest limit, its
 * reset in whole seconds from now. `ietf`: every limit, by draft-ietf-httpapi-ratelimit-headers.
 */
export function rateLimitHeaders(
  style: 'x-ratelimit' | 'ietf',
  limits: readonly SlidingLimit[],
  nowAt: number,
): string[] {
  const seen = limits.map((limit) => ({ limit, ...limit.room(nowAt) }))
  const [first, ...rest] = seen
  if (!first) return []
  if (style === 'ietf') {
    const policy = seen.map(({ limit }) => `${nameOf(limit)};q=${limit.limit};w=${limit.windowMs / 1_000}`)
    const state = seen.map((room) => `${nameOf(room.limit)};r=${room.remaining};t=${seconds(room.freesInMs)}`)
    return ['ratelimit-policy', policy.join(', '), 'ratelimit', state.join(', ')]
  }
  const tightest = rest.reduce((least, room) => (room.remaining < least.remaining ? room : least), first)
  const { limit, remaining, freesInMs } = tightest
  return [
    ['x-ratelimit-limit', String(limit.limit)],
    ['x-ratelimit-remaining', String(remaining)],
    ['x-ratelimit-reset', String(seconds(freesInMs))],
  ].flat()
}

function nameOf(limit: SlidingLimit): string {
  return limit.windowMs === 1_000 ? '"second"' : '"minute"'
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1_000)
}
