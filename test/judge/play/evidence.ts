import type { Items } from '../database/items.ts'
import type { Row } from '../database/judge-database.ts'
import type { Bill } from '../vendor/bill.ts'
import type { Act, World } from '../world/world.ts'
import type { Child } from './child.ts'

/** The document of `status --json`, as far as the contract fixes it. */
export interface RunDocument {
  readonly runId: string
  readonly job: string
  readonly status: 'running' | 'completed' | 'stopped' | 'failed'
  readonly stopReason: string | null
  readonly records: Readonly<
    Record<'selected' | 'refreshed' | 'notFound' | 'failed' | 'unknown' | 'superseded' | 'remaining', number>
  >
  readonly credits: {
    readonly budget: number
    readonly spent: number
    readonly unknown: number
    readonly reserve: number
    readonly balance: number | null
  }
  readonly startedAt: string
}

/** Something that the judge did. */
export interface Incident {
  readonly at: number
  readonly process: string
  readonly act: Act['do'] | 'restore' | 'backup'
}

/** A row that someone else changed, while the call for it was out. */
export interface Change {
  readonly at: number
  readonly key: string
  readonly column: 'email' | 'refreshed_at'
  readonly receipt: number
}

/** All that is known once a world was played: what the checks read. */
export interface Evidence {
  readonly world: World
  readonly bill: Bill
  readonly children: readonly Child[]
  readonly incidents: readonly Incident[]
  readonly changes: readonly Change[]
  readonly before: readonly Row[]
  readonly after: readonly Row[]
  /** Oldest first. */
  readonly runs: readonly RunDocument[]
  /** Of each run, each record's outcome. */
  readonly items: Items
  /** The database was set back from one instant to an earlier one. */
  readonly setBacks: readonly { readonly from: number; readonly to: number }[]
  /** The account's balance when a process had ended, by its name. */
  readonly balances: ReadonlyMap<string, number>
  /** What runs that can be resumed held for their open calls, by the process that ended then; in micro-credits. */
  readonly held: ReadonlyMap<string, number>
  /** When the script was over and the vendor was well. */
  readonly finaleAt: number
}

export interface Violation {
  /** The promise of DESIGN.md, section 1. */
  readonly promise: 1 | 2 | 3 | 4 | 5 | 6
  /** Names the check, always in the same words. */
  readonly check: string
  readonly expected: string
  readonly found: string
}

export type Check = (evidence: Evidence) => readonly Violation[]
