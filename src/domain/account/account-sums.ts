import type { Credits } from '../credits/credits.ts'

/** What the runs of an account have come to, together; `Amount`: how credits are given (`number`: as decimals). */
export interface AccountSums<Amount extends number = Credits> {
  readonly runs: number
  readonly refreshed: number
  readonly notFound: number
  readonly failed: number
  /** Refreshed records that were compared with what they were before, and those of them that had changed. */
  readonly compared: number
  readonly changed: number
  readonly spent: Amount
  readonly unknown: Amount
}
