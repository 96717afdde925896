/** The end state of a record that is cooling down. */
export type CoolingOutcome = 'not-found' | 'failed'

export const COOLING_OUTCOMES: readonly CoolingOutcome[] = ['not-found', 'failed']

/** A record that is cooling down. Instants are ISO 8601. */
export interface CoolingRecord {
  readonly key: string
  readonly outcome: CoolingOutcome
  readonly triedAt: string
  /** It is selected again from then on. */
  readonly until: string
  /** Why it failed; null: it was not found, or the reason is no longer stored. */
  readonly reason: string | null
}

/** The JSON of `cooldown list`. */
export interface CoolingDown {
  readonly vendor: string
  readonly table: string
  /** All of them, however many are listed. */
  readonly coolingDown: number
  readonly byOutcome: { readonly notFound: number; readonly failed: number }
  /** The latest tried first. */
  readonly records: readonly CoolingRecord[]
}
