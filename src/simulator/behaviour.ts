import * as z from 'zod'
import { isExactCredits } from './account/micro-credits.ts'
import { dialectNames, dialects } from './dialects/dialects.ts'
import { durationMs, type Faults, faultChanges, faults, none, share, text } from './faults/faults.ts'

export const credits = z.custom<number>(isExactCredits, 'expected credits: 0 or more, at most 6 decimals')
const count = z.int().min(1).max(1_000_000_000)
const positiveMs = durationMs.min(1)

/** `call` and `record` are charged for a miss too, `match` is not. */
const cost = z.strictObject({ per: z.enum(['call', 'record', 'match']), credits })

/** Somebody else spends from the same account, by the clock or by the number of our calls. */
const outside = z.union(
  [z.strictObject({ credits, everyMs: positiveMs }), z.strictObject({ credits, everyCalls: count })],
  'expected { credits, everyMs } or { credits, everyCalls }',
)

/** Fixed, evenly spread, or lognormal by the median and the 99th percentile; ms. */
const latency = z.union(
  [
    durationMs,
    z.strictObject({ min: durationMs, max: durationMs }),
    z.strictObject({ median: z.number().min(0.001).max(1e6), p99: z.number().min(0.001).max(1e7) }),
  ],
  'expected ms, { min, max } or { median, p99 }',
)

const creditHeaders = z.strictObject({ charged: z.boolean(), remaining: z.boolean() })
const outOfCredits = z.strictObject({ status: z.int().min(200).max(599), body: z.unknown() })

/**
 * How the vendor behaves; all of it can be changed while it runs. `null` switches a part off. Instants are epoch ms,
 * credits may have up to 6 decimals. Without changes nothing fails or takes time; the dialect has the other defaults.
 */
const behaviour = z.strictObject({
  /** Whose requests and replies it speaks. Choosing one also sets that vendor's behaviour; see dialects/. */
  dialect: z.enum(dialectNames).default('spenddown'),
  /** Required where the dialect has its key (such as `x-api-key`); anything else gets 401. */
  apiKey: text.nullable().default(null),
  /** Names of the lookup key in a request, best first. Where none is there, a single one of any name will do. */
  keyNames: z.array(text).readonly(),
  maxBulkRecords: count,
  /** What this account has that others have not, by the dialect's names for it. */
  variants: z.array(text).readonly(),
  /** A bulk call with a longer body gets 413. */
  maxBulkBytes: count.nullable().default(null),
  /** Another version has other data about everybody. */
  version: none.default(1),
  /** Share of the people about whom a new version says anything new. */
  changeShare: share.default(1),
  /** Share of keys that the vendor knows, 0 to 1. A key that misses always misses. */
  matchRate: share.default(1),
  /** Which keys miss, instead of `matchRate`; in process only. */
  misses: z
    .custom<(key: string) => boolean>((value) => typeof value === 'function', 'expected a function')
    .nullable()
    .default(null),

  cost,
  /** A key that was charged is not charged again for so long. */
  freeRepeatMs: z.int().min(1).nullable(),
  /** Whether a charge is taken before or after the latency. */
  chargeAt: z.enum(['arrival', 'reply']),
  /** Credits that the next reset grants. */
  allotment: credits.default(10_000),
  /** When the account goes back to the allotment, once. */
  resetAt: z.number().nullable().default(null),
  /** The reply when too few credits are left. Nothing is charged for it. */
  outOfCredits,
  /** A bulk call that costs more than is left: refused, or served as far as the credits go (other items are 402). */
  bulkShortfall: z.enum(['refuse', 'partial']).default('refuse'),
  /** Where `badRequest` or `unprocessable` strikes a record of a bulk call: that item fails, or the whole call. */
  bulkBadItems: z.enum(['item', 'whole']),
  outside: outside.nullable().default(null),
  /** Whether replies have `x-credits-charged` and `x-credits-remaining`. */
  creditHeaders: creditHeaders.default({ charged: true, remaining: true }),
  /** How old the balance is that the account reports. */
  balanceLagMs: durationMs.default(0),
  /** Credits that do not expire at a reset; reported beside what remains of all. */
  purchased: credits.default(0),
  /** Status of the balance; anything but 200 is an error reply. */
  accountStatus: z.int().min(200).max(599).default(200),

  latencyMs: latency.default(0),
  /** How long a job takes from its submission to its results. */
  jobMs: latency.default(100),
  /** Sliding windows; requests over them get 429 and do not count. */
  perSecond: count.nullable().default(null),
  perMinute: count.nullable().default(null),
  /** How a 429 (or a 503 with `retryAfterMs`) says when to come back. */
  retryAfter: z.enum(['seconds', 'date', 'none']),
  /** The headers that report the rate limits: `x-ratelimit-*`, or the IETF draft's `RateLimit`. */
  rateHeaders: z.enum(['none', 'x-ratelimit', 'ietf']).default('none'),
  /** Calls served at once; the others queue. */
  slots: count.nullable().default(null),
  /** More calls at once make the vendor collapse, for `collapseMs`. */
  collapseAbove: count.nullable().default(null),
  collapseMs: durationMs.default(1_000),
  /** While it is down: 503, a broken connection, or either. */
  collapseReply: z.enum(['503', 'reset', 'both']).default('both'),
  /** Share of the calls failed by a collapse that are charged all the same, beside those charged on arrival. */
  collapseBillsShare: share.default(0),

  faults: faults.default({}),
  /** Whether a call that hangs has been charged. */
  hangCharges: z.boolean().default(false),
  /** Whether the vendor honours idempotency keys. */
  idempotency: z.boolean(),
  idempotencyHeader: text.default('Idempotency-Key'),
})

export type Behaviour = z.output<typeof behaviour>
export type Cost = Behaviour['cost']
export type Outside = NonNullable<Behaviour['outside']>

export const defaultBehaviour: Behaviour = behaviour.parse(dialects.spenddown.behaviour)

/** Changes that are merged with what is there. */
const merged = {
  faults: faultChanges.nullable(),
  /** Also an ISO 8601 instant. */
  resetAt: z
    .union(
      [z.number(), z.string().refine((at) => Number.isFinite(Date.parse(at)), 'expected an instant: ISO 8601')],
      'expected an instant',
    )
    .nullable(),
  creditHeaders: creditHeaders.partial(),
  outOfCredits: outOfCredits.partial(),
}
type Merged = z.output<z.ZodObject<typeof merged>>

/** What is not named stays. `faults` merge fault by fault, `null` removes one, or all. */
export type BehaviourChanges = Partial<Omit<Behaviour, keyof Merged> & Merged>

const behaviourChanges = z
  .strictObject({ ...withoutDefaults(behaviour.shape), ...merged })
  .partial() as unknown as z.ZodType<BehaviourChanges>

function withoutDefaults(shape: z.core.$ZodLooseShape): Record<string, z.core.$ZodType> {
  const parts = Object.entries(shape).map(([name, part]) => [name, part instanceof z.ZodDefault ? part.unwrap() : part])
  return Object.fromEntries(parts)
}

/** Invalid changes; none of them was applied. */
export class BehaviourError extends Error {
  override readonly name = 'BehaviourError'
  readonly code = 'SIMULATOR_BEHAVIOUR'
  /** Each with its path and what is allowed. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The simulated vendor cannot do so: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/** @throws BehaviourError with all problems. */
export function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const found = schema.safeParse(value)
  if (found.success) return found.data
  const { issues } = found.error
  throw new BehaviourError(issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`))
}

export function checkedChanges(value: unknown): BehaviourChanges {
  return checked(behaviourChanges, value)
}

/** `changes` must have been checked. */
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

/** A fault that is named again is a new object, so that its `next` starts afresh. */
function mergedFaults(before: Faults, changes: object): Faults {
  const merged: Record<string, unknown> = { ...before }
  for (const [name, trigger] of Object.entries(changes)) {
    if (trigger === null) delete merged[name]
    else if (trigger !== undefined) merged[name] = { ...trigger }
  }
  return merged as Faults
}
