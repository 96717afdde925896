import type { DialectName } from './dialects/dialect-names.ts'
import type { Faults } from './fault-types.ts'
import type { Latency } from './latency.ts'

/** `call` and `record` are charged on a miss too, `match` is not. */
export type Cost = { per: 'call' | 'record' | 'match'; credits: number }

/** Somebody else spends `credits` from the same account, by the clock or by the count of our calls. */
export type Outside = { credits: number; everyMs: number } | { credits: number; everyCalls: number }

/**
 * How the vendor behaves; every part of it can be changed while it runs. `null` switches off what can be off.
 * Durations are in milliseconds, instants are ms since the epoch, credits may have up to 6 decimals.
 */
export type Behaviour = {
  /** Whose requests and replies the vendor speaks. Choosing it sets what that vendor does otherwise; see dialects/. */
  dialect: DialectName
  /** Wanted where the dialect has its key (`x-api-key`); anything else gets 401. */
  apiKey: string | null
  /** Names of the lookup key in a query or in a bulk request, best first. Where none is there, a lone one of any name will do. */
  keyNames: readonly string[]
  maxBulkRecords: number
  /** A bulk call with a longer body gets 413. */
  maxBulkBytes: number | null
  /** Bumped, the vendor's data about everybody has changed. */
  version: number
  /** Share of keys that the vendor knows, 0 to 1. A key that misses always misses. */
  matchRate: number
  /** Which keys miss, instead of `matchRate`; in process only. */
  misses: ((key: string) => boolean) | null

  cost: Cost
  /** A key that was charged is not charged again for so long. */
  freeRepeatMs: number | null
  /** Whether a charge is taken before or after the latency. */
  chargeAt: 'arrival' | 'reply'
  /** Credits that the next reset grants. */
  allotment: number
  /** When the account goes back to the allotment, once. */
  resetAt: number | null
  /** The reply when too few credits are left. Nothing is charged for it. */
  outOfCredits: { status: number; body: unknown }
  /** A bulk call that costs more than is left: refused whole, or served as far as the credits go (the other items are 402). */
  bulkShortfall: 'refuse' | 'partial'
  /** A bulk call with a record that `badRequest` or `unprocessable` names: that item fails, or the whole call. */
  bulkBadItems: 'item' | 'whole'
  outside: Outside | null
  /** Whether replies tell what they cost and what is left (`x-credits-charged` and `x-credits-remaining`). */
  creditHeaders: { charged: boolean; remaining: boolean }
  /** The account tells the balance as of so long ago. */
  balanceLagMs: number
  /** Credits in the account, beside the plan's, that do not expire at a reset; told beside what remains of both. */
  purchased: number
  /** Status of the balance; anything but 200 is an error reply. */
  accountStatus: number

  latencyMs: Latency
  /** How long a job takes from its submission to its results. */
  jobMs: Latency
  /** Sliding windows; requests over them get 429 and do not count. */
  perSecond: number | null
  perMinute: number | null
  /** How a 429 (or a 503 that knows) says when to come back. */
  retryAfter: 'seconds' | 'date' | 'none'
  /** How every reply tells of the limits: not at all, as `x-ratelimit-*`, or as the IETF draft's `RateLimit`. */
  rateHeaders: 'none' | 'x-ratelimit' | 'ietf'
  /** Calls served at once; the others queue. */
  slots: number | null
  /** More calls than this at once make the vendor fall over, for `collapseMs`. */
  collapseAbove: number | null
  collapseMs: number
  /** While it is down: 503, a broken connection, or one or the other. */
  collapseReply: '503' | 'reset' | 'both'
  /** Share of the calls failed by a collapse that are charged all the same. What was charged on arrival stays charged. */
  collapseBillsShare: number

  faults: Faults
  /** Whether a call that hangs has been charged. */
  hangCharges: boolean
  /** Whether the vendor honours idempotency keys. */
  idempotency: boolean
  idempotencyHeader: string
}

/** Changes to a behaviour: what is not named stays. `faults` merge fault by fault, `null` removes one, or all. */
export type BehaviourChanges = Partial<
  Omit<Behaviour, 'faults' | 'resetAt' | 'creditHeaders' | 'outOfCredits'> & {
    faults: { [F in keyof Faults]: Faults[F] | null } | null
    /** Also an ISO 8601 instant. */
    resetAt: number | string | null
    creditHeaders: Partial<Behaviour['creditHeaders']>
    outOfCredits: Partial<Behaviour['outOfCredits']>
  }
>

/** A vendor that is well, instant and generous. */
export const defaultBehaviour: Behaviour = {
  dialect: 'spenddown',
  apiKey: null,
  keyNames: ['email', 'id', 'key'],
  maxBulkRecords: 100,
  maxBulkBytes: null,
  version: 1,
  matchRate: 1,
  misses: null,
  cost: { per: 'match', credits: 1 },
  freeRepeatMs: null,
  chargeAt: 'arrival',
  allotment: 10_000,
  resetAt: null,
  outOfCredits: { status: 402, body: { error: 'out_of_credits', message: 'No credits are left in this cycle.' } },
  bulkShortfall: 'refuse',
  bulkBadItems: 'item',
  outside: null,
  creditHeaders: { charged: true, remaining: true },
  balanceLagMs: 0,
  purchased: 0,
  accountStatus: 200,
  latencyMs: 0,
  jobMs: 100,
  perSecond: null,
  perMinute: null,
  retryAfter: 'seconds',
  rateHeaders: 'none',
  slots: null,
  collapseAbove: null,
  collapseMs: 1_000,
  collapseReply: 'both',
  collapseBillsShare: 0,
  faults: {},
  hangCharges: false,
  idempotency: true,
  idempotencyHeader: 'Idempotency-Key',
}

/** The behaviour after the changes, which must have been checked. */
export function changed(behaviour: Behaviour, changes: BehaviourChanges): Behaviour {
  const { faults, resetAt, creditHeaders, outOfCredits, ...plain } = withoutUndefined(changes)
  return {
    ...behaviour,
    ...plain,
    faults: faults === null ? {} : mergedFaults(behaviour.faults, faults ?? {}),
    resetAt: resetAt === undefined ? behaviour.resetAt : toInstant(resetAt),
    creditHeaders: { ...behaviour.creditHeaders, ...creditHeaders },
    outOfCredits: { ...behaviour.outOfCredits, ...outOfCredits },
  }
}

function toInstant(at: number | string | null): number | null {
  return typeof at === 'string' ? Date.parse(at) : at
}

function withoutUndefined<T extends object>(from: T): T {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T
}

/** A fault that is named again is a new one, even where the same object names it: its `next` starts afresh. */
function mergedFaults(before: Faults, changes: object): Faults {
  const merged: Record<string, unknown> = { ...before }
  for (const [name, trigger] of Object.entries(changes)) {
    if (trigger === null) delete merged[name]
    else if (trigger !== undefined) merged[name] = { ...trigger }
  }
  return merged as Faults
}
