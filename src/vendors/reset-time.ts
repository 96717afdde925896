/** The longest credible window or wait, ms: a longer window counts credits, not calls. */
export const FARTHEST_MS = 25 * 3_600_000

const LONGEST_TEXT = 64
/** Numbers below EPOCH_SECONDS are seconds from now; then come epoch seconds, epoch milliseconds, and invalid numbers. */
const EPOCH_SECONDS = 1e8
const EPOCH_MS = 1e11
const NONSENSE = 1e14

/**
 * Parses when a limit resets: seconds from now (decimals too), epoch seconds or milliseconds (distinguished by magnitude),
 * ISO 8601, or an HTTP date. Returns epoch ms, and `nowMs` for a time just passed; null if it cannot be read or is not
 * credible.
 *
 * `vendorNowMs`: now by the vendor's clock, to which its instants refer.
 */
export function parseReset(text: string, nowMs: number, vendorNowMs = nowMs): number | null {
  const waitMs = text.length > LONGEST_TEXT ? null : waitOf(text.trim(), vendorNowMs)
  return waitMs === null || Math.abs(waitMs) > FARTHEST_MS ? null : nowMs + Math.max(0, waitMs)
}

function waitOf(text: string, vendorNowMs: number): number | null {
  if (/^\d{1,15}(?:\.\d*)?$/.test(text)) return waitOfNumber(Number(text), vendorNowMs)
  const at = instantOf(text)
  return at === null ? null : at - vendorNowMs
}

function waitOfNumber(value: number, vendorNowMs: number): number | null {
  if (value < EPOCH_SECONDS) return value * 1_000
  if (value < EPOCH_MS) return value * 1_000 - vendorNowMs
  return value < NONSENSE ? value - vendorNowMs : null
}

/** ISO 8601, in UTC unless it has a zone; or an HTTP date with its weekday (RFC 9110, section 5.6.7). */
function instantOf(text: string): number | null {
  const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?( ?Z| ?[+-]\d{2}:?\d{2})?$/i.exec(text)
  if (iso === null && !/^[a-z]{3,9},? .*(?:GMT|UTC)$/i.test(text)) return null
  const at = Date.parse(iso !== null && iso[1] === undefined ? `${text}Z` : text)
  return Number.isNaN(at) ? null : at
}

/** Now by the vendor's clock: its Date header if that is more than 2 s off ours; smaller differences are rounding. */
export function vendorNow(date: string | readonly string[] | undefined, nowMs: number): number {
  const at = typeof date === 'string' && date.length <= LONGEST_TEXT ? Date.parse(date) : Number.NaN
  const apart = Math.abs(at - nowMs)
  return apart > 2_000 && apart <= FARTHEST_MS ? at : nowMs
}
