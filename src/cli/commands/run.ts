import { openEarly } from '../../app/compose/start-thread.ts'
import type { Config } from '../../config/config.ts'
import { SpenddownError } from '../../domain/errors/errors.ts'
import { sayEach } from '../each-account.ts'
import { type CommonFlags, readConfig, readConfigs, readSelection, type SelectionFlags } from '../flags.ts'
import type { Host } from '../host.ts'
import type { Running } from '../running.ts'

interface RunFlags extends SelectionFlags {
  readonly limit?: number
  readonly budget?: number
  readonly reserve?: number | string
  readonly dryRun?: boolean
  readonly new?: boolean
}

export async function runCommand(job: string | undefined, flags: RunFlags, host: Host): Promise<number> {
  const configs = await readConfigs(flags)
  const { limit, budget, reserve, new: isNew } = flags
  const what = { job, ...(await readSelection(flags)), limit, budget, reserve, new: isNew }
  if (!flags.dryRun) return report(configs, { what, flags, host })
  const { describeDryRun, dryRun } = await import('../../app/run/dry-run.ts')
  return sayEach(flags, configs, async (config) => {
    const forecast = await dryRun(config, what)
    return { document: forecast, lines: () => describeDryRun(forecast) }
  })
}

export async function resumeCommand(runId: string | undefined, flags: CommonFlags, host: Host): Promise<number> {
  return report([await readConfig(flags, runId)], { what: { resume: runId ?? null }, flags, host })
}

/** Of several accounts, one after the other; once it is to stop, none begins. */
async function report(configs: readonly Config[], running: Omit<Running, 'config'>): Promise<number> {
  const [first] = configs
  if (first !== undefined) openEarly(first.database)
  let stopped = false
  if (configs.length > 1) {
    running.host.onSignals(() => {
      stopped = true
    })
  }
  const { run } = await import('../running.ts')
  return sayEach(running.flags, configs, async (config) => {
    if (stopped) throw new SpenddownError('INTERRUPTED', 'it was not begun: the command was stopped before')
    const { summary, code } = await run({ ...running, config })
    // The run has said its words already.
    return { document: summary, lines: () => [], code }
  })
}
