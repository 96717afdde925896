import { tickOnce } from '../../app/daemon/tick-once.ts'
import type { TickDecision, TickSummary } from '../../app/daemon/tick-summary.ts'
import type { AccountTick } from '../../app/fleet/tick-accounts.ts'
import type { Config } from '../../config/config.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import { inZone } from '../../domain/time/zoned-time.ts'
import { figure } from '../../domain/words/figure.ts'
import { commandLog } from '../command-log.ts'
import { exitCodeOf, exitCodeOfRun, worstOf } from '../exit-code.ts'
import { type CommonFlags, readAnyConfig } from '../flags.ts'
import { abortedBySignals, type Host } from '../host.ts'
import { errorDocument, printJson, printLine, printLines } from '../print.ts'
import { run } from '../running.ts'

/** `spenddown tick`: decides once, and does what it has decided in this process. */
export async function tickCommand(flags: CommonFlags, host: Host): Promise<number> {
  const read = await readAnyConfig(flags)
  return read.kind === 'one' ? tickOne(read.config, flags, host) : tickMany(read.fleet, read.names, flags, host)
}

async function tickOne(config: Config, flags: CommonFlags, host: Host): Promise<number> {
  const log = await commandLog(config, flags, host)
  const { timeZone } = config.vendor.credits.cycle
  const summary = await tickOnce(config, {
    log,
    // What its own log has said is not said again.
    perform: async (due) => {
      const { summary, report } = await run({ config: { ...config, exposed: [] }, what: due, flags, host })
      return { run: summary, report }
    },
    onDecisions: (decisions) => {
      if (!flags.json) printLines(decisions.map((decision) => inZone(decisionWords(decision), timeZone)))
    },
  })
  if (flags.json) printJson(summary)
  return codeOf(summary)
}

function decisionWords({ job, decision, why }: TickDecision): string {
  return `${job}: ${decision} · ${why}`
}

/** Of several accounts: a line each, as it is done with. */
async function tickMany(fleet: Fleet, names: readonly string[], flags: CommonFlags, host: Host): Promise<number> {
  const log = await commandLog(fleet, flags, host)
  const { tickAccounts, ticksDocument } = await import('../../app/fleet/tick-accounts.ts')
  const signal = abortedBySignals(host)
  const ticks: AccountTick[] = []
  const at = Date.now()
  await tickAccounts(fleet, {
    log,
    logOf: (config) => commandLog(config, flags, host),
    signal,
    names,
    onAccount: (ticked) => {
      ticks.push(ticked)
      if (!flags.json) printLine(`${ticked.account}: ${accountWords(ticked)}`)
    },
  })
  if (flags.json) printJson(ticksDocument(ticks, at, errorDocument))
  else if (ticks.length === 0) printLine('no accounts')
  const codes = ticks.map((ticked) => ('error' in ticked ? exitCodeOf(ticked.error) : codeOf(ticked)))
  // What it did not come to, the next tick does.
  return worstOf(signal.aborted ? [...codes, 3] : codes)
}

function accountWords(ticked: AccountTick): string {
  if ('error' in ticked) return messageOf(ticked.error)
  const { run } = ticked
  if (run === null) return decisionWords(ticked)
  const { records, credits } = run
  const why = run.stopReason ?? ''
  return `${run.job}: ${run.status} (${why}) · ${figure(records.refreshed)} refreshed, ${figure(credits.spent)} credits`
}

/** Where all wait. A process that waits for another says so with its exit code, as `run` does. */
const CODES = { 'not-due': 0, done: 0, 'too-late': 0, busy: 4, 'needs-person': 1 } as const

function codeOf({ run, because }: TickSummary): number {
  if (run !== null) return exitCodeOfRun(run)
  return because === null ? 0 : CODES[because]
}
