import { keepSchedule } from '../../app/daemon/daemon-service.ts'
import { SERVICE_DEFAULTS, type ServiceConfig } from '../../config/schema/service-schema.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import type { Host } from '../host.ts'

interface ScheduleFlags extends CommonFlags {
  readonly every: number
  readonly port?: number
  readonly host?: string
}

/** `spenddown schedule`: the daemon. Its log goes to stdout; it ends at a signal, with 0. */
export async function scheduleCommand(flags: ScheduleFlags, host: Host): Promise<number> {
  const config = await readConfig(flags)
  const log = await commandLog(config, flags, host, { stream: process.stdout })
  const everyMs = flags.every * 1_000
  const kept = await keepSchedule(config, { log, everyMs, service: serviceOf(config.service, flags) })
  await new Promise<void>((resolve) => host.onSignals(resolve))
  log.info({}, 'stopping: a run under way finishes its calls')
  await kept.stop()
  return 0
}

/** A flag goes before the config, and asks for a service where that has none. */
function serviceOf(configured: ServiceConfig | undefined, { port, host }: ScheduleFlags): ServiceConfig | undefined {
  if (configured === undefined && port === undefined && host === undefined) return undefined
  const terms = configured ?? SERVICE_DEFAULTS
  return { ...terms, port: port ?? terms.port, host: host ?? terms.host }
}
