import { Daemon } from '../daemon.ts'
import { scheduledJobs } from '../outlook.ts'
import { commandLog } from './command-log.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { readConfig } from './read-config.ts'

/** `spenddown schedule`: the daemon. Its log goes to stdout; it ends at a signal, with 0. */
export async function scheduleCommand(flags: CommonFlags & { readonly every: number }, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  const jobs = scheduledJobs(config).map(({ name }) => name)
  const log = await commandLog(config, flags, host, process.stdout)
  const daemon = new Daemon(config, { log, everyMs: flags.every * 1_000 })
  log.info({ jobs, everySeconds: flags.every }, 'the schedule is kept')
  daemon.start()
  await new Promise<void>((resolve) => host.onSignals(resolve))
  log.info({}, 'stopping: a run under way finishes its calls')
  await daemon.stop()
  return 0
}
