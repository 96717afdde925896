import { keepSchedule, type ScheduleParts } from '../../app/daemon/daemon-service.ts'
import type { Config } from '../../config/config.ts'
import { SERVICE_DEFAULTS, type ServiceConfig } from '../../config/schema/service-schema.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, type ReadConfig, readAnyConfig } from '../flags.ts'
import type { Host } from '../host.ts'

interface ScheduleFlags extends CommonFlags {
  readonly every: number
  readonly port?: number
  readonly host?: string
}

/** `spenddown schedule`: the daemon. Its log goes to stdout; it ends at a signal, with 0. */
export async function scheduleCommand(flags: ScheduleFlags, host: Host): Promise<number> {
  const read = await readAnyConfig(flags)
  const to = { stream: process.stdout }
  const shared = read.kind === 'one' ? read.config : read.fleet
  const log = await commandLog(shared, flags, host, to)
  const parts = { log, everyMs: flags.every * 1_000, service: serviceOf(shared.service, flags) }
  const kept = await keep(read, parts, (config) => commandLog(config, flags, host, to))
  await new Promise<void>((resolve) => host.onSignals(resolve))
  log.info({}, 'stopping: a run under way finishes its calls')
  await kept.stop()
  return 0
}

async function keep(read: ReadConfig, parts: ScheduleParts, logOf: (config: Config) => Promise<Log>) {
  if (read.kind === 'one') return keepSchedule(read.config, parts)
  const { keepAccounts } = await import('../../app/fleet/keep-accounts.ts')
  return keepAccounts(read.fleet, { ...parts, logOf, names: read.names })
}

/** A flag goes before the config, and asks for a service where that has none. */
function serviceOf(configured: ServiceConfig | undefined, { port, host }: ScheduleFlags): ServiceConfig | undefined {
  if (configured === undefined && port === undefined && host === undefined) return undefined
  const terms = configured ?? SERVICE_DEFAULTS
  return { ...terms, port: port ?? terms.port, host: host ?? terms.host }
}
