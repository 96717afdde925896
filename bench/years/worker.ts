import { parentPort } from 'node:worker_threads'
import { Account } from './account.ts'
import { CONTENDERS } from './contenders.ts'
import { within, type Year, yearOf } from './year.ts'

/** A contender's year; shares are of the allotment, one a cycle. */
export interface YearFigures {
  readonly unused: readonly number[]
  readonly least: readonly number[]
  readonly overspent: number
  readonly intoNewCycle: number
  readonly short: number
  readonly shortDays: number
  readonly wanted: number
  readonly runs: number
  readonly resumed: number
  readonly spentEarlyMs: number
  readonly spent: number
}

const HOUR_MS = 3_600_000

parentPort?.on('message', (seed: number) => {
  const least = leastPossible(yearOf(seed))
  const figures: Record<string, YearFigures> = {}
  for (const [name, lived] of Object.entries(CONTENDERS)) {
    // Each has the same year, and luck of its own from the same source.
    const year = yearOf(seed)
    const { ends, overspent, intoNewCycle, runs, resumed, spentEarlyMs, spent } = lived(year)
    figures[name] = {
      unused: ends.map(({ unused }) => unused / year.allotment),
      least,
      overspent,
      intoNewCycle,
      short: ends.reduce((sum, end) => sum + end.short, 0),
      shortDays: ends.reduce((sum, end) => sum + end.shortDays, 0),
      wanted: year.takings.reduce((sum, { daily, credits }) => sum + (daily ? credits : 0), 0),
      runs,
      resumed,
      // Of all accounts alike, however large they are.
      spentEarlyMs: spentEarlyMs / year.allotment,
      spent: spent / year.allotment,
    }
  }
  parentPort?.postMessage(figures)
})

/** What is left after all that others take, less all that the vendor can serve while any machine is up. */
function leastPossible(year: Year): number[] {
  const account = new Account(year)
  account.pass(year.resets.at(-1) as number)
  let from = year.beginAt
  return account.ends.map(({ unused, resetAt }) => {
    let hours = 0
    for (let at = from; at < resetAt; at += HOUR_MS) {
      const alive = year.machines.some(({ down }) => !within(down, at))
      if (alive && !within(year.outages, at)) hours += 1
    }
    from = resetAt
    return Math.max(0, unused - hours * 3_600 * year.perSecond) / year.allotment
  })
}
