import { mostOf } from '../domain/credits/cost.ts'
import { type Credits, minus, most, NO_CREDITS } from '../domain/credits/credits.ts'
import { atReset } from '../domain/credits/rollover.ts'
import type { LossCause } from '../domain/judgement/judgement.ts'
import { counted } from '../domain/words/words.ts'
import { inverse, type Range, rangeBy } from './experience.ts'
import { ceilingOf, type Work } from './time-needed.ts'

/** The inputs of a job's forecast. Instants are epoch milliseconds. */
export interface Known {
  readonly now: number
  readonly stopAt: number
  /** When the job will start, or a past instant if it is running; null: not in this cycle. */
  readonly startsAt: number | null
  readonly eligible: number
  /** The most records of a run; null: all. */
  readonly limit: number | null
  /** The balance less the reserve and what unknown calls hold; null: not known. */
  readonly free: Credits | null
  readonly budget: Credits | 'remaining'
  /** The share of unused credits that is carried over into the next cycle. */
  readonly rollover: number
  readonly work: Omit<Work, 'credits' | 'records'>
}

export interface Forecast {
  /** Credits that the run will spend. */
  readonly use: Range
  /** Of `free`: what will be unspent at the reset, and what of that expires. */
  readonly unused: Range
  readonly expired: Range
  /** Why, and how many credits each cause alone leaves; largest first. Empty if nothing is left. */
  readonly causes: readonly { readonly cause: LossCause; readonly credits: Credits }[]
}

/** What a job will spend until the reset, and leave; null if the free credits are not known. Pure. */
export function forecast(known: Known): Forecast | null {
  if (known.free === null) return null
  const free = most(known.free, NO_CREDITS)
  const budget = known.budget === 'remaining' ? free : (Math.min(known.budget, free) as Credits)
  const price = pricesOf(known.work)
  const records = Math.min(known.eligible, known.limit ?? known.eligible)
  const byRecords = rangeBy((each) => each * records, price)
  const inTime = withinTime(known, known.startsAt ?? known.stopAt, price)
  const use = rangeBy((inAll, time) => Math.floor(Math.min(budget, inAll, time)), byRecords, inTime)
  const unused = rangeBy((used) => free - used, inverse(use))
  const expired = rangeBy((credits) => atReset(credits as Credits, known.rollover).expired, unused)
  return { use, unused, expired, causes: causesOf(known, { free, budget, byRecords, inTime, price }) }
}

/**
 * What jobs that share an account leave together: what the `nearest` leaves, which is the one that leaves least, less what
 * the others use. If they select the same records, more is left: the forecast errs towards no alarm. Null without jobs.
 */
export function accountForecast<F extends Pick<Forecast, 'use' | 'unused'>>(
  jobs: readonly F[],
): { readonly unused: Range; readonly nearest: F } | null {
  const [nearest, ...others] = jobs.toSorted((a, b) => a.unused.typical - b.unused.typical)
  if (nearest === undefined) return null
  const used = others.map(({ use }) => inverse(use))
  const left = (alone = 0, ...byOthers: number[]) => Math.max(0, alone - byOthers.reduce((a, b) => a + b, 0))
  return { unused: rangeBy(left, nearest.unused, ...used), nearest }
}

interface Sums {
  readonly free: Credits
  readonly budget: Credits
  readonly byRecords: Range
  readonly inTime: Range
  readonly price: Range
}

/** What each cause alone would leave, by typical figures. */
function causesOf(known: Known, { free, budget, byRecords, inTime, price }: Sums): Forecast['causes'] {
  const unit = mostOf(known.work.cost, 1)
  const possible = Math.min(budget, byRecords.typical)
  const short = (reached: number) => Math.floor(Math.max(0, possible - reached)) as Credits
  const atOnce = withinTime(known, known.now, price).typical
  const leftByStart = short(inTime.typical)
  const leftByPace = short(atOnce)
  const causes: { cause: LossCause; credits: Credits }[] = [
    { cause: 'budget', credits: minus(free, budget) },
    { cause: 'too-few-records', credits: Math.floor(Math.max(0, budget - byRecords.typical)) as Credits },
    { cause: 'too-slow', credits: leftByPace },
    { cause: known.startsAt === null ? 'no-start' : 'starts-too-late', credits: minus(leftByStart, leftByPace) },
  ]
  // Less than the cost of one record cannot be spent.
  return causes.filter(({ credits }) => credits >= unit).toSorted((a, b) => b.credits - a.credits)
}

/** Micro-credits per tried record. Without experience: the full price, or from zero on if only matches are charged. */
function pricesOf({ experience, cost, perCall, alone = 1 }: Known['work']): Range {
  if (experience.perRecord !== null) return experience.perRecord
  const each = alone * (cost.per === 'call' ? mostOf(cost, perCall) / perCall : mostOf(cost, 1))
  return { least: cost.per === 'match' || cost.per === 'change' ? 0 : each, typical: each, most: each }
}

/** What can be spent between start and stop at the past pace; Infinity if neither a pace nor a limit is known. */
function withinTime({ now, stopAt, work }: Known, startsAt: number, price: Range): Range {
  const ceiling = ceilingOf(work)
  const seconds = Math.max(0, stopAt - Math.max(startsAt, now)) / 1000
  // Without a known pace and a limit the rate is Infinity, and zero times that is not a number.
  const spent = (perSecond: number, each: number) =>
    seconds === 0 || each === 0 ? 0 : seconds * Math.min(perSecond, ceiling) * each
  return rangeBy(spent, work.experience.pace ?? { least: Infinity, typical: Infinity, most: Infinity }, price)
}

/** Facts that the advice depends on. */
export interface Around {
  readonly coolingDown: number
  /** Younger records are not eligible; null: age does not matter. */
  readonly minAgeMs: number | null
  /** The latest safe start, ISO 8601. */
  readonly latest: string | null
  /** The schedule's reason; undefined: the job has no schedule. */
  readonly why: string | undefined
}

/** Advice on how to use the credits that a cause leaves. */
export function changeFor(cause: LossCause, { coolingDown, minAgeMs, latest, why }: Around): string {
  switch (cause) {
    case 'budget':
      return "a larger `budget`, or 'remaining'"
    case 'too-few-records':
      return `more eligible records: ${moreRecords(coolingDown, minAgeMs)}`
    case 'too-slow':
      return 'more calls at once or a second (`limits`), records in bulk, or a start earlier in the next cycle'
    case 'starts-too-late':
      return `a start by ${latest}: \`schedule: { beforeReset: 'auto' }\` finds it by itself`
    case 'no-start':
      return why === undefined
        ? "a `schedule`, such as { beforeReset: 'auto' }, with `spenddown tick` or `schedule`; or `spenddown run`"
        : `\`spenddown run\` by hand; the schedule says: ${why}`
  }
}

function moreRecords(coolingDown: number, minAgeMs: number | null): string {
  const ways = ['a wider `where` or `eligible`', 'a larger `limit`']
  if (minAgeMs !== null) ways.push('a shorter `minAge`')
  // A shorter `coolDown` is for the records that will be tried: it does nothing for those that were.
  if (coolingDown > 0) ways.push(`\`spenddown cooldown clear\` for ${counted(coolingDown, 'record')} cooling down`)
  return ways.join(', ')
}
