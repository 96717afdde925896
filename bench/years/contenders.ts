import type { Credits } from '../../src/domain/credits/credits.ts'
import { type AutoReserve, DEFAULT_CONFIDENCE } from '../../src/domain/credits/reserve.ts'
import { parseCron } from '../../src/domain/cycle/cron-expression.ts'
import { autoReserve, forFirstRun } from '../../src/schedule/reserve/auto-reserve.ts'
import type { ScheduleTerms } from '../../src/schedule/window.ts'
import { script } from './script.ts'
import { type Keep, type Lived, live } from './spenddown.ts'
import { DAY_MS, type Year } from './year.ts'

const UNIT = 1_000_000

export const CONTENDERS: Readonly<Record<string, (year: Year) => Lived>> = {
  "spenddown, { beforeReset: 'auto' }": (year) => live(year, 'auto', keepForLoad),
  "spenddown, { beforeReset: '12h' }": (year) => live(year, '12h', keepForLoad),
  'spenddown, cron on the last day, 02:00': (year) => live(year, lastDay(year), keepForLoad),
  'a script, four days before, 02:00': (year) => script(year, 4),
  'a script, the last day, 02:00': (year) => script(year, 1),
}

/** The day before the reset, where the anchor day is not one that short months lack. */
function lastDay({ terms: { anchorDay, timeZone } }: Year): ScheduleTerms {
  const parsed = parseCron(`0 2 ${anchorDay === 1 ? 'L' : anchorDay - 1} * *`)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { kind: 'cron', cron: parsed.cron, timeZone }
}

const TERMS: AutoReserve = { kind: 'auto', confidence: DEFAULT_CONFIDENCE, atLeast: 0 as Credits }
const PAST_MS = 122 * DAY_MS

/** As `reserve: 'auto'` has it: what the daily load will need until the reset, by what its runs have spent. */
const keepForLoad: Keep = ({ takings, terms: { timeZone } }, { now, at: seenAt }, resetAt, when) => {
  const uses = takings.flatMap(({ at, credits, daily }) =>
    daily && at <= seenAt && at > now - PAST_MS ? { at, credits: credits * UNIT } : [],
  )
  const others = { jobs: ['daily'], uses, readings: [], now, resetAt, timeZone }
  const terms = when === 'auto' ? forFirstRun(TERMS, resetAt - now) : TERMS
  return autoReserve(terms, others).credits / UNIT
}
