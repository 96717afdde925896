/**
 * How long a Retry-After header asks to wait, in ms: seconds or an HTTP date (RFC 9110, section 10.2.3). Null where
 * there is none or it cannot be read. A date in the past is no wait at all.
 */
export function parseRetryAfter(header: string | readonly string[] | undefined, nowMs: number): number | null {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim()
  if (text === undefined || text === '') return null
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) || !/[a-z]/i.test(text) ? null : Math.max(0, at - nowMs)
}
