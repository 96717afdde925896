import { Temporal } from 'temporal-polyfill'
import { Account } from './account.ts'
import type { Lived } from './spenddown.ts'
import { DAY_MS, within, type Year } from './year.ts'

const STEP_MS = 300_000

/**
 * A script that cron starts at two in the morning, so many days before the reset: as fast as the vendor serves, until it
 * refuses. It is not started if the machine is down then, knows neither reserve nor reset, and when it dies it is dead.
 */
export function script(year: Year, daysBefore: number): Lived {
  const account = new Account(year)
  const [machine] = year.machines
  let intoNewCycle = 0
  let runs = 0
  let [spentEarlyMs, spent] = [0, 0]
  for (const resetAt of year.resets) {
    const startAt = twoInTheMorning(resetAt - daysBefore * DAY_MS, year.terms.timeZone)
    if (within(machine?.down ?? [], startAt)) continue
    runs += 1
    for (let now = startAt; ; now += STEP_MS) {
      account.pass(now)
      const calls = within(year.outages, now) ? 0 : Math.floor((year.perSecond * STEP_MS) / 1_000 + year.random())
      const served = Math.min(calls, account.balance)
      account.balance -= served
      spent += served
      spentEarlyMs += served * (resetAt - now)
      if (account.resetAt > resetAt) intoNewCycle += served
      if (served < calls || year.random() * 100 < year.killed || within(machine?.down ?? [], now)) break
    }
  }
  account.pass(year.resets.at(-1) as number)
  return { ends: account.ends, overspent: 0, intoNewCycle, runs, resumed: 0, spentEarlyMs, spent }
}

function twoInTheMorning(at: number, timeZone: string): number {
  const day = Temporal.Instant.fromEpochMilliseconds(at - 1)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
  return day.toZonedDateTime({ timeZone, plainTime: '02:00' }).epochMilliseconds
}
