/** What a forecast says of an account, in credits. */
export interface ForecastNews {
  readonly vendor: string
  /** ISO 8601. */
  readonly resetAt: string
  /** What could be spent until then. */
  readonly spendable: number
  /** What of it will typically be lost. */
  readonly expiring: number
  /** Why, the largest first, and what would change that. */
  readonly because: readonly { readonly cause: Cause; readonly credits: number; readonly change: string }[]
}

export type Cause = 'too-few-records' | 'too-slow' | 'starts-too-late' | 'no-start' | 'budget'
