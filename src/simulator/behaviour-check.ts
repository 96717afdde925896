import type { BehaviourChanges } from './behaviour.ts'
import * as check from './checks.ts'
import { dialectNames } from './dialects/dialect-names.ts'
import type { FaultName } from './fault-types.ts'

/** The vendor was told to behave in a way that it does not know. Nothing of it was applied. */
export class BehaviourError extends Error {
  override readonly name = 'BehaviourError'
  readonly code = 'SIMULATOR_BEHAVIOUR'
  /** Each with its path, what was found and what is allowed. */
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The simulated vendor cannot behave so: ${problems.join('; ')}`)
    this.problems = problems
  }
}

const {
  anything,
  credits,
  durationMs,
  flag,
  listOf,
  must,
  numberIn,
  oneOf,
  orNull,
  positiveMs,
  shape,
  shapes,
  share,
  text,
} = check
const count = check.wholeIn(1)
const none = check.wholeIn(0)
const status = check.wholeIn(200, 599)

const trigger = { rate: share, keys: listOf(text), next: none }
const lies = ['missing', 'negative', 'absurd', 'text'] as const

const faults: Record<FaultName, check.Check> = {
  resetBefore: shape(trigger),
  unauthorized: shape(trigger),
  forbidden: shape(trigger),
  badRequest: shape(trigger),
  unprocessable: shape(trigger),
  legalBlock: shape(trigger),
  error429: shape({ ...trigger, retryAfterMs: durationMs }),
  error500: shape(trigger),
  error503: shape({ ...trigger, retryAfterMs: durationMs }),
  hang: shape(trigger),
  resetAfter: shape(trigger),
  truncated: shape(trigger),
  malformed: shape(trigger),
  html: shape(trigger),
  emptyData: shape(trigger),
  lyingBalance: shape(
    { ...trigger, as: oneOf(...lies, 'stale'), staleBy: none, on: oneOf('headers', 'account', 'both') },
    ['as'],
  ),
  lyingCharge: shape({ ...trigger, as: oneOf(...lies) }, ['as']),
}

const latency: check.Check = (value, path) => {
  if (typeof value === 'number') return durationMs(value, path)
  return shapes(
    { keys: ['min', 'max'], check: shape({ min: durationMs, max: durationMs }, ['min', 'max']) },
    {
      keys: ['median', 'p99'],
      check: shape({ median: numberIn(0.001, 1e6), p99: numberIn(0.001, 1e7) }, ['median', 'p99']),
    },
  )(value, path)
}

const behaviour: Record<keyof BehaviourChanges, check.Check> = {
  dialect: oneOf(...dialectNames),
  apiKey: orNull(text),
  keyNames: listOf(text),
  maxBulkRecords: count,
  maxBulkBytes: orNull(count),
  version: none,
  matchRate: share,
  misses: orNull(must('a function', (value) => typeof value === 'function')),
  cost: shape({ per: oneOf('call', 'record', 'match'), credits }, ['per', 'credits']),
  freeRepeatMs: orNull(check.wholeIn(1, 1e12)),
  chargeAt: oneOf('arrival', 'reply'),
  allotment: credits,
  resetAt: orNull(must('an instant: ms since the epoch, or an ISO 8601 text', isInstant)),
  outOfCredits: shape({ status, body: anything }),
  bulkShortfall: oneOf('refuse', 'partial'),
  bulkBadItems: oneOf('item', 'whole'),
  outside: orNull(
    shapes(
      { keys: ['everyMs'], check: shape({ credits, everyMs: positiveMs }, ['credits']) },
      { keys: ['everyCalls'], check: shape({ credits, everyCalls: count }, ['credits']) },
    ),
  ),
  creditHeaders: shape({ charged: flag, remaining: flag }),
  balanceLagMs: durationMs,
  purchased: credits,
  accountStatus: status,
  latencyMs: latency,
  perSecond: orNull(count),
  perMinute: orNull(count),
  retryAfter: oneOf('seconds', 'date', 'none'),
  rateHeaders: oneOf('none', 'x-ratelimit', 'ietf'),
  slots: orNull(count),
  collapseAbove: orNull(count),
  collapseMs: durationMs,
  collapseReply: oneOf('503', 'reset', 'both'),
  collapseBillsShare: share,
  faults: orNull(shape(Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, orNull(fault)])))),
  hangCharges: flag,
  idempotency: flag,
  idempotencyHeader: text,
}

const changes = shape(behaviour)

/**
 * Changes as they come from outside.
 *
 * @throws BehaviourError with every problem at once.
 */
export function checkedChanges(value: unknown): BehaviourChanges {
  const problems = changes(value, '')
  if (problems.length > 0) throw new BehaviourError(problems)
  return value as BehaviourChanges
}

function isInstant(value: unknown): boolean {
  return Number.isFinite(typeof value === 'string' ? Date.parse(value) : value)
}
