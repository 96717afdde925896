import type { RunStatus } from '../../domain/run/run.ts'

/** A run of one of many accounts that has ended. */
export interface EndedRun {
  readonly account: string
  readonly runId: string
  readonly job: string
  readonly status: RunStatus
  readonly detail: string | null
  /** Credits. */
  readonly spent: number
}

/** An account that cannot be worked, or whose credits will be lost. */
export interface AccountNews {
  readonly account: string
  readonly why: string
  /** Credits that will expire; null: not known. */
  readonly atStake: number | null
}

/** What has happened to many accounts since the last digest. Instants are epoch ms. */
export interface DigestNews {
  readonly since: number
  readonly until: number
  readonly accounts: number
  readonly runs: readonly EndedRun[]
  /** Newly so. */
  readonly troubled: readonly AccountNews[]
  readonly losing: readonly AccountNews[]
}

/** A digest as JSON: how many of each, and the first of them. Instants are ISO 8601. */
export interface Digest {
  readonly since: string
  readonly until: string
  readonly accounts: number
  readonly completed: { readonly count: number; readonly credits: number }
  readonly stopped: { readonly count: number; readonly first: readonly EndedRun[] }
  readonly failed: { readonly count: number; readonly first: readonly EndedRun[] }
  readonly troubled: { readonly count: number; readonly first: readonly AccountNews[] }
  readonly losing: { readonly count: number; readonly credits: number; readonly first: readonly AccountNews[] }
}
