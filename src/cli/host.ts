/** The process that a command runs in, as far as it needs to know. */
export interface Host {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  /** NO_COLOR is set (no-color.org). */
  readonly noColor: boolean
  /** Calls `stop` at the first SIGINT or SIGTERM. */
  onSignals(stop: () => void): void
}
