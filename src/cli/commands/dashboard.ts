import { keepDashboard } from '../../app/dashboard/dashboard-service.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import type { Host } from '../host.ts'
import { say } from '../print.ts'

interface DashboardFlags extends CommonFlags {
  readonly port: number
  readonly host: string
}

/** `spenddown dashboard`: until a signal, with 0. */
export async function dashboardCommand(flags: DashboardFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  const log = await commandLog(config, flags, host)
  const { url, asksForToken, signInUrl, close } = await keepDashboard(config, flags, log)
  say(flags, { url, asksForToken, ...(signInUrl && { signInUrl }) }, () => [
    `the dashboard is at ${url}`,
    ...(signInUrl === null
      ? ['it asks for the token (`service.token`)']
      : [
          'it answers to this machine alone, and who looks is not asked; to pause, stop or settle there, open',
          signInUrl,
        ]),
    'Ctrl-C ends it; runs go on',
  ])
  await new Promise<void>((resolve) => host.onSignals(resolve))
  await close()
  return 0
}
