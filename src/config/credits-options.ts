import type { Body, ReportedCredits, VendorReply } from './vendor-types.ts'

/** What calls cost, and where the balance is known from. Amounts are in credits, with at most six decimals. */
export interface CreditsOptions {
  /**
   * The most that a call, a record or a match costs. 'call' and 'record' are charged also on a miss.
   * Default one credit a match.
   */
  readonly cost?: { readonly per: 'call' | 'record' | 'match'; readonly credits: number }
  /** What the vendor says that this call cost. */
  readonly charged?: (reply: VendorReply) => ReportedCredits
  /** The balance, where any reply tells it. */
  readonly remaining?: (reply: VendorReply) => ReportedCredits
  /** The endpoint that tells the balance; asked with GET. */
  readonly balance?: { readonly path: string; readonly remaining: (body: Body) => ReportedCredits }
  /** Credits granted for a cycle, where the vendor reports no balance. */
  readonly allotment?: number
  /** When credits are reset: at 00:00 of the anchor day, there. Default the 1st, UTC. */
  readonly cycle?: {
    /** 1 to 31; in shorter months 29 to 31 mean the last day. Default 1. */
    readonly anchorDay?: number
    /** IANA name. Default 'UTC'. */
    readonly timeZone?: string
  }
}
