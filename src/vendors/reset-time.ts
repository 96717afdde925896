/** A window that is longer than this counts credits, not calls: nothing is believed that lies farther ahead, ms. */
export const FARTHEST_MS = 25 * 3_600_000

const LONGEST_TEXT = 64
/** Figures below are seconds from now, then seconds and then milliseconds since 1970. Above is nonsense. */
const EPOCH_SECONDS = 1e8
const EPOCH_MS = 1e11
const NONSENSE = 1e14

/**
 * When a limit is fresh again, epoch ms, as vendors write it: seconds from now (decimals too), seconds or milliseconds
 * since 1970, ISO 8601, or an HTTP date. The header's name does not tell which, the magnitude does. Null where it
 * cannot be read, or lies farther from now than can be believed. What has just passed is now.
 *
 * `vendorNowMs`: now by the vendor's clock, by which its instants are meant.
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

/** ISO 8601, as UTC where it names no zone; or a date with its weekday, as in HTTP (RFC 9110, section 5.6.7). */
function instantOf(text: string): number | null {
  const iso = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?( ?Z| ?[+-]\d{2}:?\d{2})?$/i.exec(text)
  if (iso === null && !/^[a-z]{3,9},? .*(?:GMT|UTC)$/i.test(text)) return null
  const at = Date.parse(iso !== null && iso[1] === undefined ? `${text}Z` : text)
  return Number.isNaN(at) ? null : at
}

/** Now by the vendor's clock: its Date header, where that is seconds away from ours; a lesser difference is rounding. */
export function vendorNow(date: string | readonly string[] | undefined, nowMs: number): number {
  const at = typeof date === 'string' && date.length <= LONGEST_TEXT ? Date.parse(date) : Number.NaN
  const apart = Math.abs(at - nowMs)
  return apart > 2_000 && apart <= FARTHEST_MS ? at : nowMs
}
