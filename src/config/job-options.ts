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
  /** Credits that a run leaves for others. Default 0. */
  readonly reserve?: number
  /** When to start: so long before the reset (a duration), or a cron expression. */
  readonly schedule?: ScheduleOptions
  /** A duration: how long before the reset a run stops. Default '5m'. */
  readonly stopBeforeReset?: string
}

export type ScheduleOptions =
  | string
  | { readonly beforeReset: string }
  /** `timeZone` is an IANA name; default the billing cycle's. */
  | { readonly cron: string; readonly timeZone?: string }
