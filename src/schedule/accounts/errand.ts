/** What is known of one of many accounts. Instants are epoch milliseconds. */
export interface Known {
  readonly nextLookAt: number
  /** Of the account and its config, when it was looked at. */
  readonly fingerprint: string
  /** A run is to be begun, or to go on. */
  readonly due: boolean
  /** The process that spends from it; null: nobody. */
  readonly busy: string | null
  /** Runs that are said to be running. */
  readonly running: number
}

/**
 * What is to be done with an account now: run what is due, look at it, or nothing (null). A run without a process is
 * looked for at once: its machine has died, or was told to stop.
 */
export function errandOf(known: Known | undefined, fingerprint: string, now: number): 'look' | 'work' | null {
  if (known === undefined) return 'look'
  if (known.busy !== null) return null
  // What has changed is looked at first: its key may be another, its job gone.
  if (known.fingerprint !== fingerprint) return 'look'
  if (known.due) return 'work'
  return known.running > 0 || now >= known.nextLookAt ? 'look' : null
}
