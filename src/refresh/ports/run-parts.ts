import type { Credits } from '../../domain/credits/credits.ts'
import type { CycleTerms } from '../../domain/cycle/billing-cycle.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { CallProbe } from '../events/call-probe.ts'
import type { Emit } from '../events/events.ts'
import type { CallItem } from './calls.ts'
import type { Journal } from './journal.ts'
import type { KeptReply } from './kept-reply.ts'
import type { LeaseHolder } from './lease.ts'
import type { Log } from './log.ts'
import type { Pace } from './pace.ts'
import type { WorkOutReserve } from './reserves.ts'
import type { RunStore } from './store.ts'
import type { BulkRules, Exchange, MapData, PreconditionOf, VendorClient, VendorRules } from './vendor.ts'

/** How long a record is not selected again after it was not found, or has failed. */
export interface CoolDown {
  readonly notFoundMs: number
  readonly failedMs: number
}

/** Returns what to keep of a paid call; undefined without a reply. `bulk`: the rules of a bulk call; null: a single call. */
export type KeepReply = (
  exchange: Exchange,
  items: readonly CallItem[],
  bulk: BulkRules | null,
  at: number,
) => KeptReply | undefined

/** The dependencies and settings of a run. */
export interface RunParts {
  readonly store: RunStore
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly map: MapData
  /** Without it, the columns that requests read are not observed. */
  readonly preconditionOf?: PreconditionOf | undefined
  readonly pace: Pace
  readonly journal: Journal
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly emit: Emit
  readonly probe?: CallProbe | undefined
  readonly me: LeaseHolder
  /** True if that process, on this machine, is still alive. */
  readonly isAlive: (holder: LeaseHolder) => boolean
  readonly leaseMs: number
  readonly coolDown: CoolDown
  /** Records refreshed more recently are not eligible; null: age does not matter. */
  readonly minAgeMs: number | null
  /** The columns whose changes count as a change of a record; null: all. */
  readonly countedColumns: readonly string[] | null
  readonly unavailableForMs: number
  readonly drainMs: number
  readonly allotment: Credits | null
  readonly cycle: CycleTerms
  readonly keepItemsMs: number
  readonly workOutReserve: WorkOutReserve
  readonly newRunId: () => string
  /** Redacts secrets, which a vendor's reply may contain. */
  readonly hide: (text: string) => string
  /** Keeps paid replies; null: they are not kept. */
  readonly keep: KeepReply | null
  /** Identifies the user's table. */
  readonly source: string
}
