type Line = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** Messages are constant, with variable data in fields; no secrets, and no personal data above `trace`. */
export interface Log {
  trace: Line
  debug: Line
  info: Line
  warn: Line
  error: Line
}
