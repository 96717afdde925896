import type { Where } from './records-options.ts'

/** Which records, in what order, how many credits, when. */
export interface JobOptions {
  /** Of the eligible records, which. Default all. */
  readonly where?: Where
  /** The first counts most. Default: stalest first, never refreshed first of all. */
  readonly orderBy?: readonly Readonly<Record<string, 'asc' | 'desc'>>[]
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
   * When `spenddown schedule` and `tick` start it: so long before the reset, once a billing cycle, or by a cron
   * expression of five fields (six with seconds first; `L` is the last day of the month). What was missed is caught up
   * as long as the cycle lasts.
   */
  readonly schedule?: ScheduleOptions
  /**
   * A duration: how long before the reset a run stops, at least; never less than `timeoutMs`, so that no call is charged
   * after it. Default '5m'.
   */
  readonly stopBeforeReset?: string
  /**
   * 'fast': as fast as the vendor bears. 'steady': the gentlest rate that still spends the budget before the reset, with
   * time kept back for mishaps; as 'fast' once it is late. Default 'fast'.
   */
  readonly pace?: 'fast' | 'steady'
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
