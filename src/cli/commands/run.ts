import { openEarly } from '../../app/compose/start-thread.ts'
import { type CommonFlags, readConfig, readSelection, type SelectionFlags } from '../flags.ts'
import type { Host } from '../host.ts'
import { printJson, say } from '../print.ts'
import type { Running } from '../running.ts'

interface RunFlags extends SelectionFlags {
  readonly limit?: number
  readonly budget?: number
  readonly reserve?: number | string
  readonly dryRun?: boolean
  readonly new?: boolean
}

export async function runCommand(job: string | undefined, flags: RunFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  const { limit, budget, reserve, new: isNew } = flags
  const what = { job, ...(await readSelection(flags)), limit, budget, reserve, new: isNew }
  if (!flags.dryRun) return report({ config, what, flags, host })
  const { describeDryRun, dryRun } = await import('../../app/run/dry-run.ts')
  const forecast = await dryRun(config, what)
  say(flags, forecast, () => describeDryRun(forecast))
  return 0
}

export async function resumeCommand(runId: string | undefined, flags: CommonFlags, host: Host): Promise<number> {
  return report({ config: await readConfig(flags), what: { resume: runId ?? null }, flags, host })
}

async function report(running: Running): Promise<number> {
  openEarly(running.config.database)
  const { run } = await import('../running.ts')
  const { summary, code } = await run(running)
  if (running.flags.json) printJson(summary)
  return code
}
