type Line = (fields: Readonly<Record<string, unknown>>, message: string) => void

/** Messages are constant, with variable data in fields; no secrets, and no personal data above `trace`. */
export type Log = Readonly<Record<'trace' | 'debug' | 'info' | 'warn' | 'error', Line>>
