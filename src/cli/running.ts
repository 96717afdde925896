import type { Config } from '../config/config.ts'
import type { RunSummary } from '../domain/run.ts'
import { createLog } from '../observability/logger.ts'
import { ProgressLine } from '../observability/progress-line.ts'
import { Ticker } from '../observability/ticker.ts'
import { startRun, type What } from '../run.ts'
import { describeSummary } from './describe-summary.ts'
import { exitCodeOfRun } from './exit-code.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printLine } from './print.ts'

export interface Running {
  readonly config: Config
  readonly what: What
  readonly flags: CommonFlags
  readonly host: Host
  /** Say how it goes once a second where there is no terminal for a live line. */
  readonly ticks?: boolean
}

/** Starts a run and sees it through: a live line on a terminal, JSON lines in a pipe, words at the end. */
export async function run(running: Running): Promise<{ summary: RunSummary; code: number }> {
  const { config, what, flags, host } = running
  const terminal = process.stderr.isTTY === true
  const color = terminal && !host.noColor
  const line = terminal && !flags.quiet ? new ProgressLine(process.stderr, color) : null
  const ticker = running.ticks && !terminal && !flags.json ? new Ticker(printLine) : null
  const log = await createLog({
    level: flags.verbose ? 'debug' : flags.quiet || terminal || running.ticks ? 'warn' : 'info',
    pretty: terminal,
    color,
    secrets: config.secrets,
    write: (text) => (line === null ? void process.stderr.write(text) : line.above(text)),
  })
  const handle = startRun(config, what, {
    log,
    onEvent: (event) => {
      line?.show(event)
      ticker?.show(event)
    },
  })
  host.onSignals(() => {
    line?.above('stopping: calls on the wire finish; a second signal ends it at once\n')
    handle.stop()
  })
  const summary = await handle.summary.finally(() => line?.end())
  if (!flags.json) for (const text of describeSummary(summary)) printLine(text)
  return { summary, code: exitCodeOfRun(summary) }
}
