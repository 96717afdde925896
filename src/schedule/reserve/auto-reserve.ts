import type { Credits } from '../../domain/credits/credits.ts'
import { type AutoReserve, creditWords, percentWords, type Reserved } from '../../domain/credits/reserve.ts'
import { type Ahead, type DayOfUse, daysOfUse, stretchesOf, type Use, usedOn, usedToday } from './days-of-use.ts'
import { needOf } from './need.ts'
import { type BalanceReading, daysOfOthers } from './others-use.ts'

/** The history of those for whom a reserve is kept. */
export interface Others extends Ahead {
  /** The names of the jobs with a higher priority, and what their runs spent; a run's credits count when it began. */
  readonly jobs: readonly string[]
  readonly uses: readonly Use[]
  /** Balances at the start of runs, oldest first; they show what everyone else spends. */
  readonly readings: readonly BalanceReading[]
}

/** Before the last hours, so much is kept by a run that begins early: what others do not need is spent by another run then. */
const EARLY_CONFIDENCE = 0.99
const LAST_MS = 8 * 3_600_000

/** The terms for a run of which another one can spend, before the reset in `untilResetMs`, what it has kept for nothing. */
export function forFirstRun(terms: AutoReserve, untilResetMs: number): AutoReserve {
  if (untilResetMs <= LAST_MS) return terms
  return { ...terms, confidence: Math.max(terms.confidence, EARLY_CONFIDENCE) }
}

/** Fewer days than this are reported as "only". */
const FEW_DAYS = 7

/** What others will need until the reset, at the configured confidence; at least `atLeast`, in whole credits. Pure. */
export function autoReserve(terms: AutoReserve, others: Others): Reserved {
  const { jobs, now, resetAt, timeZone } = others
  const names = jobs.map((job) => `"${job}"`).join(', ')
  const until = `until ${new Date(resetAt).toISOString().replace('.000Z', 'Z')}`
  const own = daysOfUse(others.uses, others)
  if (own.length === 0) {
    const kept = `${creditWords(terms.atLeast)} credits, as \`atLeast\` has it`
    return { credits: terms.atLeast, how: `auto: no run of ${names} is known yet; ${kept}, ${until}` }
  }
  const everyoneElse = daysOfOthers(others.readings, now, timeZone)
  const ahead = [...stretchesOf(own, others, !usedToday(others.uses, others)), ...stretchesOf(everyoneElse, others)]
  const need = needOf(ahead, terms.confidence)
  const credits = inWholeCredits(need)
  const everyone = everyoneElse.length === 0 ? '' : `; everyone else: ${daysInWords(everyoneElse)}`
  const seen = `${percentWords(terms.confidence)}: ${daysInWords(own)}${everyone}`
  const how = `auto: ${creditWords(credits)} credits for ${names} ${until}, ${seen}`
  if (credits >= terms.atLeast) return { credits, how }
  return { credits: terms.atLeast, how: `${how}; \`atLeast\` keeps ${creditWords(terms.atLeast)}` }
}

function daysInWords(days: readonly DayOfUse[]): string {
  const used = days.map(usedOn)
  const between = [Math.min(...used), Math.max(...used)].map((each) => creditWords(Math.round(each) as Credits))
  const count = days.length === 1 ? '1 day' : `${days.length} days`
  const range = between[0] === between[1] ? `of ${between[0]}` : `between ${between.join(' and ')}`
  return `${days.length < FEW_DAYS ? 'only ' : ''}${count} of use ${range}`
}

function inWholeCredits(micro: number): Credits {
  return (Math.max(0, Math.ceil(micro / 1_000_000 - 1e-9)) * 1_000_000) as Credits
}
