/** A timer takes no longer wait (2^31 - 1 ms, 24 days): with one it would go off at once. */
const LONGEST_MS = 2 ** 31 - 1

/**
 * The wait that a Retry-After header asks for, ms: seconds or an HTTP date (RFC 9110, section 10.2.3). Null if it is
 * missing or cannot be read; 0 for a date in the past; 24 days at most.
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, nowMs: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (text === undefined || text === '') return null
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS)
  const at = Date.parse(text)
  return Number.isNaN(at) || !/[a-z]/i.test(text) ? null : Math.min(Math.max(0, at - nowMs), LONGEST_MS)
}
