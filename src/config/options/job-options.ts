import type { ByColumn, Column } from './columns.ts'
import type { Where } from './records-options.ts'
import type { AnyRecord } from './vendor-types.ts'

/** Which records, in what order, how many credits, when. */
export interface JobOptions<C extends object = AnyRecord> {
  /** Of the eligible records, which. Default all. */
  readonly where?: Where<C>
  /**
   * The first counts most. Default: stalest first, never refreshed first of all. 'gain': first the records of which a
   * credit gains most, by how often they have changed so far (docs/gain.md).
   */
  readonly orderBy?: readonly ByColumn<C, 'asc' | 'desc'>[] | 'gain'
  /** What the order by gain goes by. Only with `orderBy: 'gain'`. */
  readonly gain?: GainOptions<C>
  /** At most so many records a run. */
  readonly limit?: number
  /** Credits a run may spend: what is left, or a number. Default 'remaining'. */
  readonly budget?: 'remaining' | number
  /**
   * Credits that a run leaves for others: a number; a share such as '10%' (of `allotment`, else of the balance); or
   * 'auto': what the jobs of a higher priority will need until the reset, by their past. Default 0.
   */
  readonly reserve?: number | string | AutoReserveOptions
  /** Of jobs that are due, the one with the higher number goes first, and others leave the account to it. Default 0. */
  readonly priority?: number
  /**
   * When `spenddown schedule` and `tick` start it: a while before each reset, or by a cron expression of five fields (six
   * with seconds first; `L`: the month's last day). A missed start is made up for while the billing cycle lasts.
   */
  readonly schedule?: ScheduleOptions
  /** A duration: how long before the reset a run stops; never less than `timeoutMs`. Default '5m'. */
  readonly stopBeforeReset?: string
  /**
   * 'fast': as fast as the vendor bears. 'steady': the gentlest rate that still spends the budget before the reset, with
   * time kept back for mishaps; as 'fast' once it is late. Default 'fast'.
   */
  readonly pace?: 'fast' | 'steady'
}

/** Each is optional. */
export interface GainOptions<C extends object = AnyRecord> {
  /** Columns that tell records apart that change at different rates, such as ['seniority']. Default: all are one group. */
  readonly groups?: readonly Column<C>[]
  /** The columns of `update` whose changes count, the same for all jobs. Default: all. */
  readonly columns?: readonly Column<C>[]
  /**
   * How much a record counts: a numeric column, or a list of conditions, of which the first that holds counts; 1 where none
   * does. NULL and what is below 0 count as 0. Default 1.
   */
  readonly weight?: Column<C> | readonly { readonly where: Where<C>; readonly is: number }[]
}

export interface AutoReserveOptions {
  readonly auto: true
  /** 0.5 to 0.999: how sure it is to be that the reserve is enough. Default 0.95. */
  readonly confidence?: number
  /** Credits: never less; and this alone while no run of the jobs of a higher priority is known. Default 0. */
  readonly atLeast?: number
}

export type ScheduleOptions =
  | string
  /** A duration such as '12h'; 'auto' is the latest start that is safe, by what past runs have shown. */
  | { readonly beforeReset: string }
  /** `timeZone` is an IANA name; default the billing cycle's. */
  | { readonly cron: string; readonly timeZone?: string }
