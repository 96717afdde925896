import { startReplay } from '../app/run/replay.ts'
import { commandLog } from './command-log.ts'
import { describeReplay } from './describe-replay.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'

/** `spenddown replay [RUN]`: 0 where it went through, 3 where it was stopped and the same command goes on. */
export async function replayCommand(
  run: string | undefined,
  flags: CommonFlags & { readonly dryRun?: boolean },
  host: Host,
): Promise<number> {
  const config = await readConfig(flags.config)
  const log = await commandLog(config, flags, host)
  const stop = new AbortController()
  host.onSignals(() => stop.abort())
  const summary = await startReplay(config, { run, dryRun: flags.dryRun }, { log, signal: stop.signal })
  say(flags, summary, () => describeReplay(summary))
  return summary.status === 'completed' ? 0 : 3
}
