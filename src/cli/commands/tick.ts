import { tickOnce } from '../../app/daemon/tick-once.ts'
import type { TickSummary } from '../../app/daemon/tick-summary.ts'
import { inZone } from '../../domain/time/zoned-time.ts'
import { commandLog } from '../command-log.ts'
import { exitCodeOfRun } from '../exit-code.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import type { Host } from '../host.ts'
import { printJson, printLines } from '../print.ts'
import { run } from '../running.ts'

/** `spenddown tick`: decides once, and does what it has decided in this process. */
export async function tickCommand(flags: CommonFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
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
      if (!flags.json)
        printLines(decisions.map(({ job, decision, why }) => `${job}: ${decision} · ${inZone(why, timeZone)}`))
    },
  })
  if (flags.json) printJson(summary)
  return codeOf(summary)
}

/** Where all wait. A process that waits for another says so with its exit code, as `run` does. */
const CODES = { 'not-due': 0, done: 0, 'too-late': 0, busy: 4, 'needs-person': 1 } as const

function codeOf({ run, because }: TickSummary): number {
  if (run !== null) return exitCodeOfRun(run)
  return because === null ? 0 : CODES[because]
}
