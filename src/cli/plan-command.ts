import { plan } from '../app/plan/plan.ts'
import { commandLog } from './command-log.ts'
import { describePlan } from './describe-plan.ts'
import type { CommonFlags } from './flags.ts'
import type { Host } from './host.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'

/** `spenddown plan [JOB]`. */
export async function planCommand(job: string | undefined, flags: CommonFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  const log = await commandLog(config, { ...flags, quiet: flags.verbose !== true }, host)
  const planned = await plan(config, job, log)
  say(flags, planned, () => describePlan(planned))
  return 0
}
