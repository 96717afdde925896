import { type KeptDashboard, keepDashboard } from '../../app/dashboard/dashboard-service.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, configIn, readAnyConfig } from '../flags.ts'
import type { Host } from '../host.ts'
import { say } from '../print.ts'

interface DashboardFlags extends CommonFlags {
  readonly port: number
  readonly host: string
}

/** `spenddown dashboard`: until a signal, with 0. */
export async function dashboardCommand(flags: DashboardFlags, host: Host): Promise<number> {
  const close = await opened(flags, host)
  await new Promise<void>((resolve) => host.onSignals(resolve))
  await close()
  return 0
}

async function opened(flags: DashboardFlags, host: Host): Promise<() => Promise<void>> {
  const read = await readAnyConfig(flags)
  if (read.kind === 'many' && read.names.length === 0) return openedForAll(read.fleet, flags, host)
  const config = await configIn(read)
  const log = await commandLog(config, flags, host)
  const kept = await keepDashboard(config, flags, log)
  return told(flags, kept, 'the dashboard', [])
}

async function openedForAll(fleet: Fleet, flags: DashboardFlags, host: Host): Promise<() => Promise<void>> {
  const log = await commandLog(fleet, flags, host)
  const { keepAccountsPages } = await import('../../app/fleet/accounts-pages.ts')
  const { accounts, ...kept } = await keepAccountsPages(fleet, flags, log)
  return told(flags, kept, `the dashboard of ${accounts} accounts`, [
    'of one alone: spenddown dashboard --account NAME',
  ])
}

function told(
  flags: DashboardFlags,
  { url, asksForToken, signInUrl, close }: KeptDashboard,
  what: string,
  more: readonly string[],
): () => Promise<void> {
  say(flags, { url, asksForToken, ...(signInUrl && { signInUrl }) }, () => [
    `${what} is at ${url}`,
    ...(signInUrl === null
      ? ['it asks for the token (`service.token`)']
      : [
          'it answers to this machine alone, and who looks is not asked; to pause, stop or settle there, open',
          signInUrl,
        ]),
    ...more,
    'Ctrl-C ends it; runs go on',
  ])
  return close
}
