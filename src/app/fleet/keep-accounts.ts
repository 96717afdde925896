import type { Fleet } from '../../config/fleet/fleet.ts'
import type { ServiceConfig } from '../../config/schema/service-schema.ts'
import { InputError, messageOf } from '../../domain/errors/errors.ts'
import { openQueue } from '../../store/queue/open-queue.ts'
import { openCeilings } from '../compose/shared-ceilings.ts'
import { sharedDatabase } from '../compose/with-database.ts'
import { heartbeatOf, type KeptSchedule } from '../daemon/daemon-service.ts'
import { AccountsDaemon, type AccountsDaemonParts } from './accounts-daemon.ts'
import { Accounts } from './roster.ts'

type Parts = Pick<AccountsDaemonParts, 'log' | 'logOf' | 'everyMs' | 'names'> & {
  /** Where to serve health and metrics; missing: nowhere. */
  readonly service?: ServiceConfig | undefined
}

/** A name that is misspelt is told at once. What is passing, such as a database that is away, is for the ticks. */
async function checkNames(fleet: Fleet, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  await new Accounts(fleet, names).read().catch((error: unknown) => {
    if (error instanceof InputError) throw error
  })
}

/** Starts the daemon of many accounts and its service. Throws InputError if the service cannot listen, or a name is wrong. */
export async function keepAccounts(given: Fleet, parts: Parts): Promise<KeptSchedule> {
  const { log, everyMs, service } = parts
  const shared = sharedDatabase(given.database, given.accountsAtOnce)
  const fleet = { ...given, database: { ...given.database, shared } }
  await checkNames(fleet, parts.names)
  const ceilings = await openCeilings(given, log)
  const daemon = new AccountsDaemon(fleet, {
    ...parts,
    ceilings,
    heartbeat: heartbeatOf(given, log),
    openQueue: () =>
      openQueue({
        ...given.database,
        name: given.name,
        onError: (error) => log.warn({ why: messageOf(error) }, 'the queue of accounts had an error'),
        onAlone: (why) => log.info({ why }, 'this process works all accounts, and shares them with no other machine'),
      }),
  })
  const loaded = service && (await import('./accounts-service.ts'))
  const listening = service && (await loaded?.serveAccounts(fleet, daemon, service, log))
  log.info(
    { accountsAtOnce: given.accountsAtOnce, everySeconds: everyMs / 1_000 },
    'the schedule of many accounts is kept',
  )
  daemon.start()
  return {
    url: listening?.url ?? null,
    stop: async () => {
      await daemon.stop()
      await listening?.close()
      ceilings.close()
      await shared.close()
    },
  }
}
