/** The process that a command runs in, as far as it needs to know. */
export interface Host {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[]
  /** NO_COLOR is set (no-color.org). */
  readonly noColor: boolean
  /** TERM says that the terminal can do nothing but write on. */
  readonly dumbTerminal: boolean
  /** Calls `stop` at the first SIGINT or SIGTERM. */
  onSignals(stop: () => void): void
}
