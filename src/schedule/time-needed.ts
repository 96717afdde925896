import { type CostTerms, mostOf } from '../domain/credits/cost.ts'
import type { Credits } from '../domain/credits/credits.ts'
import { type Experience, inverse, type Range, rangeBy } from './experience.ts'

/** The vendor's published limits, in calls; each optional. */
export interface Ceilings {
  readonly perSecond?: number | undefined
  readonly perMinute?: number | undefined
  readonly perHour?: number | undefined
  readonly perDay?: number | undefined
}

export interface Work {
  /** Micro-credits to spend; null: not known. */
  readonly credits: Credits | null
  /** Records to spend them on; null: not counted. */
  readonly records: number | null
  readonly cost: CostTerms
  readonly perCall: number
  /** The share of records that are not duplicates of others, which share a call and cost nothing. Default 1. */
  readonly alone?: number
  readonly ceilings: Ceilings
  readonly experience: Experience
}

/** Safety factor on the slowest past pace, and time to start, read the balance and end. */
const MARGIN = 1.5
const MARGIN_MS = 30 * 60_000
/** Without a known pace: one record per second, and at least a day. */
const UNKNOWN_PACE = 1
const UNKNOWN_MS = 24 * 3_600_000
/**
 * A start that spenddown may choose itself is earlier by as long as machines and vendors are away now and then, twice as
 * early without a known pace: what expires costs more than data that is so much older at the reset (bench/years).
 */
const AWAY_MS = 36 * 3_600_000

/** How long before its stop a run must start at the latest, ms, including a margin; 0: nothing to spend. */
export function neededMs(work: Work): number {
  const { pace } = work.experience
  if (work.credits !== null && work.credits < mostOf(work.cost, 1)) return 0
  const slowest = slowestMs(work)
  const ms = slowest === null ? UNKNOWN_MS : slowest * MARGIN + MARGIN_MS
  return Math.ceil(pace === null ? Math.max(ms, UNKNOWN_MS) : ms)
}

/** How long before its stop a run starts whose start is 'auto', ms; 0: nothing to spend. */
export function autoLeadMs(work: Work): number {
  const needed = neededMs(work)
  if (needed === 0) return 0
  if (work.experience.pace === null) return Math.max(needed, 2 * UNKNOWN_MS)
  return Math.max(needed, Math.ceil((slowestMs(work) ?? 0) + AWAY_MS))
}

/** The most records at the slowest pace; null: nobody knows how many. */
function slowestMs(work: Work): number | null {
  const records = recordsNeeded(work)?.most
  if (records === undefined) return null
  return (records / Math.min(work.experience.pace?.least ?? UNKNOWN_PACE, ceilingOf(work))) * 1000
}

/** The expected duration of the run by past runs, ms; null: no experience yet. */
export function expectedMs(work: Work): Range | null {
  const { pace } = work.experience
  const records = recordsNeeded(work)
  if (pace === null || records === null) return null
  const ceiling = ceilingOf(work)
  return rangeBy((count, perSecond) => (count / Math.min(perSecond, ceiling)) * 1000, records, inverse(pace))
}

/** How many records are tried until the credits are spent or no record is left; null: not known. */
export function recordsNeeded({ credits, records, cost, experience, alone = 1 }: Work): Range | null {
  const limit = records ?? Number.POSITIVE_INFINITY
  if (credits === null) return records === null ? null : { least: records, typical: records, most: records }
  const { perRecord } = experience
  const each = mostOf(cost, 1) * alone
  const count = (price: number) => Math.min(limit, price > 0 ? Math.ceil(credits / price) : limit)
  // Without experience every record is assumed to be found. The fewest are tried at the highest price.
  const found = perRecord ?? { least: each, typical: each, most: each }
  const range = rangeBy(count, inverse(found))
  return Number.isFinite(range.most) ? range : null
}

/** Records per second that the limits allow in the long run. */
export function ceilingOf({ ceilings, perCall }: Pick<Work, 'ceilings' | 'perCall'>): number {
  const { perSecond, perMinute, perHour, perDay } = ceilings
  const of = (calls: number | undefined, seconds: number) =>
    calls === undefined ? Number.POSITIVE_INFINITY : (calls * perCall) / seconds
  return Math.min(of(perSecond, 1), of(perMinute, 60), of(perHour, 3_600), of(perDay, 86_400))
}
