const FULL = process.env.SPENDDOWN_TESTS === 'full'

/** What `npm test` does within three minutes, or what `npm run test:full` does: more seeds, zones, databases, kills. */
export function inTier<T>(quick: T, full: T): T {
  return FULL ? full : quick
}
