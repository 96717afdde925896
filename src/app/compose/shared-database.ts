import type { DatabaseConfig } from '../../config/config.ts'
import type { Connection } from '../../store/client.ts'
import { SharedThread } from '../../store/worker/database-thread.ts'
import { keptConnection } from './kept-connection.ts'

/** A transaction takes milliseconds: more at the same time than this would only wait for each other. */
const MOST = 18
/** Connections that a process needs beside those of its runs: to decide, to look, to list. */
const BESIDE = 6

/**
 * The database of many accounts that are worked at the same time: one thread and its connections for all their runs, and
 * in this thread one pool. A database that blocks its thread is opened anew here each time, as for one account: statements
 * of others would stand within a transaction.
 */
export class SharedDatabase {
  readonly thread = new SharedThread()
  /** Connections of the thread at the same time. */
  readonly most: number
  readonly #kept: ReturnType<typeof keptConnection>
  #blocks = false

  /** `open`: opens a connection that nobody shares. */
  constructor(atOnce: number, open: (most: number) => Promise<Connection>) {
    this.most = Math.min(atOnce, MOST) + 2
    this.#kept = keptConnection(() => open(BESIDE))
  }

  /** A connection, whose `close` gives it back; null: it has to be opened. */
  async connection(): Promise<Connection | null> {
    if (this.#blocks) return null
    const connection = await this.#kept.connection()
    this.#blocks = connection.blocksThread
    return this.#blocks ? null : { ...connection, close: async () => {} }
  }

  async close(): Promise<void> {
    await this.thread.end()
    await this.#kept.close()
  }
}

export function sharedIn({ shared }: DatabaseConfig): SharedDatabase | null {
  return shared instanceof SharedDatabase ? shared : null
}
