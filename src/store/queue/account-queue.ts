/** What is to be done with an account: decide and forecast, or run what is due. */
export type Errand = 'look' | 'work'

export interface Waiting {
  /** Its name. */
  readonly account: string
  /** Higher goes first. */
  readonly urgency: number
}

/**
 * Accounts that wait for a process: one at a time each, the most urgent first. An entry is a hint, and may be lost with
 * the process that took it: what is to be done says the ledger, and whoever leads puts it in again.
 */
export interface AccountQueue {
  /** Whether several machines share it. */
  readonly isShared: boolean
  /** True for one process in `everySeconds`: it looks for accounts that are due. */
  leads(everySeconds: number): Promise<boolean>
  /** Adds accounts; those that wait already are left as they are. */
  put(errand: Errand, waiting: readonly Waiting[]): Promise<void>
  /** Takes so many at most; nobody else gets them. */
  take(errand: Errand, most: number): Promise<string[]>
  /** How many wait. */
  waiting(errand: Errand): Promise<number>
  close(): Promise<void>
}
