import { startReplay } from '../app/run/replay.ts'
import { createLog } from '../observability/logger.ts'
import { describeReplay } from './describe-replay.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, printLine } from './print.ts'
import { readConfig } from './read-config.ts'

/** `spenddown replay [RUN]`: 0 where it went through, 3 where it was stopped and the same command goes on. */
export async function replayCommand(
  run: string | undefined,
  flags: CommonFlags & { readonly dryRun?: boolean },
  host: Host,
): Promise<number> {
  const config = await readConfig(flags.config)
  const pretty = process.stderr.isTTY === true
  const level = flags.verbose ? 'debug' : flags.quiet ? 'warn' : 'info'
  const log = await createLog({ level, pretty, color: pretty && !host.noColor, secrets: config.secrets })
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  const options = { ...(run === undefined ? {} : { run }), dryRun: flags.dryRun ?? false }
  const summary = await startReplay(config, options, { log, signal: stop.signal })
  if (flags.json) printJson(summary)
  else for (const line of describeReplay(summary)) printLine(line)
  return summary.status === 'completed' ? 0 : 3
}
