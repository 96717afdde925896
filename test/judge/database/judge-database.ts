import type { Items } from './items.ts'

/** A row of the people's table, as text: what the judge compares. */
export interface Row {
  readonly key: string
  readonly email: string | null
  readonly jobTitle: string | null
  readonly company: string | null
  readonly refreshedAt: string | null
}

/** A database of a world's own, as the judge sees it: by its own connection, and never through the proxy. */
export interface JudgeDatabase {
  /** What the config names. */
  readonly url: string
  fill(rows: readonly Row[]): Promise<void>
  rows(): Promise<Row[]>
  /** Null where spenddown's tables are not there, or not as they are known. */
  items(): Promise<Items | null>
  /** What runs that are not completed hold for their open calls, in micro-credits; 0 where it cannot be read. */
  held(): Promise<number>
  /** As someone else would: commits before it resolves. */
  change(key: string, column: 'email' | 'refreshed_at', value: string): Promise<void>
  /** Holds a lock that keeps others from writing; resolves when it is held, and lets go by itself. */
  lock(ms: number): Promise<{ readonly released: Promise<void> }>
  /** Copies all of it, and sets it back to that; only while no process is at work. */
  backup(): Promise<void>
  restore(): Promise<void>
  drop(): Promise<void>
}

/** What someone else stamps a record with; the instant is later than any of a run's selection. */
export const CHANGED_AT = '2031-05-05T05:05:05.000Z'
export const CHANGED_EMAIL = 'moved.on@elsewhere.example'
