/**
 * The wait that a Retry-After header asks for, ms: seconds or an HTTP date (RFC 9110, section 10.2.3). Null if it is
 * missing or cannot be read; 0 for a date in the past.
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, nowMs: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (text === undefined || text === '') return null
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) || !/[a-z]/i.test(text) ? null : Math.max(0, at - nowMs)
}
