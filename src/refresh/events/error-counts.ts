/** Failed calls by cause. Throttled calls are not counted: the vendor did its work. */
export interface ErrorCounts {
  /** Status 5xx. */
  readonly server: number
  /** No reply in time. */
  readonly timeout: number
  /** The connection could not be made, or broke. */
  readonly connection: number
  /** Anything else, such as a failure by the config's own rules. */
  readonly other: number
}

export const NO_ERRORS: ErrorCounts = { server: 0, timeout: 0, connection: 0, other: 0 }

/** `status`: null without a reply. */
export function errorKind(status: number | null, latencyMs: number, timeoutMs: number): keyof ErrorCounts {
  if (status === 408 || (status === null && latencyMs >= timeoutMs)) return 'timeout'
  if (status === null) return 'connection'
  return status >= 500 ? 'server' : 'other'
}
