/** Calls that brought nothing of use, by what was wrong. Throttled calls are none of them: the vendor did its work. */
export interface ErrorCounts {
  /** Status 5xx. */
  readonly server: number
  /** No answer in time. */
  readonly timeout: number
  /** It could not be made, or broke. */
  readonly connection: number
  /** What the vendor's own rules say of a reply, and the like. */
  readonly other: number
}

export const NO_ERRORS: ErrorCounts = { server: 0, timeout: 0, connection: 0, other: 0 }

/** `status`: null without a reply. */
export function errorKind(status: number | null, latencyMs: number, timeoutMs: number): keyof ErrorCounts {
  if (status === 408 || (status === null && latencyMs >= timeoutMs)) return 'timeout'
  if (status === null) return 'connection'
  return status >= 500 ? 'server' : 'other'
}
