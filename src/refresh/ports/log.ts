type Line = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** Constant messages and fields; never a secret, never a person's data above `trace`. */
export interface Log {
  trace: Line
  debug: Line
  info: Line
  warn: Line
  error: Line
}
