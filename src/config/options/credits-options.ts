import type { AuthOptions } from './auth-options.ts'
import type { AnyRecord, Body, ReportedCredits, ReportedInstant, VendorReply, VendorRequest } from './vendor-types.ts'

/** What calls cost, and where the balance is known from. Amounts are in credits, with at most six decimals. */
export interface CreditsOptions<R extends object = AnyRecord> {
  /** What a call, a record or a match costs. Default one credit a match. */
  readonly cost?: CostOptions<R>
  /** Where the vendor has several pools of credits: which one. Each has a ledger, a lease and a memory of its own. */
  readonly pool?: string
  /**
   * A record that was paid for within so long ('30d') is not charged again, unless `charged` says so. With
   * `select: false` such records are left out, since their data would be old.
   */
  readonly freeRepeat?: string | { readonly within: string; readonly select?: boolean }
  /** What the vendor says that this call cost. */
  readonly charged?: (reply: VendorReply) => ReportedCredits
  /** The balance, where any reply tells it. */
  readonly remaining?: (reply: VendorReply) => ReportedCredits
  /**
   * When credits come back, where a reply that says that none are left tells it; in the forms of `cycle.resetsAt`. Until
   * then the schedule starts no run, and takes it for the next reset.
   */
  readonly backAt?: (body: Body, reply: VendorReply) => Date | number | string | null | undefined
  /** The endpoint that tells the balance. Asking must be free. */
  readonly balance?: BalanceOptions
  /** Credits granted for a cycle, where the vendor reports no balance. */
  readonly allotment?: number
  /** When credits are reset. Default: at 00:00 of the 1st, UTC. */
  readonly cycle?: CycleOptions
}

/** How the balance is asked for. Its functions get the body, parsed where it is JSON, and the reply around it. */
export interface BalanceOptions {
  /** Asked with GET. One of `path` and `request` is needed. */
  readonly path?: string
  /** Where GET and a path do not do: method, query, headers, body. */
  readonly request?: VendorRequest
  /**
   * Where another host or other credentials tell the balance than make the calls. With any of the three, `headers` and
   * `auth` of the vendor are not sent to it.
   */
  readonly baseUrl?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly auth?: AuthOptions
  /** Statuses besides 2xx whose reply tells the balance, such as a 400 that is free. */
  readonly statuses?: number | readonly number[]
  readonly remaining: (body: Body, reply: VendorReply) => ReportedCredits
  /** As of when it tells the balance, where it lags behind: what was spent since is taken off. */
  readonly asOf?: (body: Body, reply: VendorReply) => ReportedInstant
  /**
   * Credits among `remaining` that were bought beside the plan (top-ups, overage) and do not expire at the reset: a
   * run leaves them alone. Replies whose `remaining` is configured are taken to count them too.
   */
  readonly purchased?: (body: Body, reply: VendorReply) => ReportedCredits
  /** How often it may be asked, where the vendor limits that. */
  readonly perMinute?: number
}

/**
 * The billing cycle: a month from `anchorDay` on, or `days` days counted from `from`. A reset is at 00:00 there, or at
 * the day's first instant where clocks skip midnight.
 */
export interface CycleOptions {
  /** 1 to 31; in shorter months 29 to 31 mean the last day. 1 is the calendar month. Default 1. */
  readonly anchorDay?: number
  /** Instead of `anchorDay`: a fixed number of days, 1 to 366, counted from `from`. */
  readonly days?: number
  /** A day on which a cycle began, such as '2026-01-15'. */
  readonly from?: string
  /** IANA name. Default 'UTC'. */
  readonly timeZone?: string
  /**
   * When the next reset is, as the balance endpoint reports it: a Date, ISO 8601 (a day alone, or without a zone: in
   * `timeZone`), seconds or milliseconds since 1970, or seconds from now. Else the terms above count.
   */
  readonly resetsAt?: (body: Body) => Date | number | string | null | undefined
  /** The share of unused credits that goes over into the next cycle, 0 to 1. Default 0. It only counts in forecasts. */
  readonly rollover?: number
}

export interface CostOptions<R extends object = AnyRecord> {
  /**
   * 'call' and 'record' are charged also on a miss. 'change': a record that is found, and has changed since it was last
   * asked for; `charged` says what a call cost, and without it every match counts as charged.
   */
  readonly per: 'call' | 'record' | 'match' | 'change'
  /** A number; or a function, per record or match, of both (`data` undefined: a miss). No amount counts as `most`. */
  readonly credits: number | ((record: R, data: Body) => number)
  /** The most that one costs; needed with a function, and reserved before each call. */
  readonly most?: number
  /** The least that a call costs for which the vendor has looked anything up. */
  readonly minimum?: number
}
