import { InputError, messageOf } from '../../domain/errors/errors.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { redactor } from '../../observability/logger.ts'
import type { RunEvent } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { retryAt } from '../../schedule/accounts/next-look.ts'
import { failuresOf } from '../../store/ledger/outlooks.ts'
import { withDatabase } from '../compose/with-database.ts'
import { Daemon } from '../daemon/daemon.ts'
import { logFailure, overtaken } from '../daemon/tick-failure.ts'
import { type Look, look, noteLook } from './look.ts'
import type { Work } from './places.ts'
import type { Opened } from './roster.ts'
import { StallWatch } from './stall-watch.ts'

interface Parts {
  readonly log: Log
  readonly everyMs: number
  readonly onEvent?: ((event: RunEvent) => void) | undefined
  /** Called at the end with what is seen of the account then. */
  readonly onLook: (look: Look) => void
  /** Called where it was stopped before its end: another process may go on. */
  readonly onStopped: (account: string) => void
}

const { now, monotonic } = systemClock

/** Works what is due of one account, as a schedule of its own would, and looks at it again at the end. */
export function workAccount(opened: Opened, parts: Parts): Work {
  const { config, entry } = opened
  const stall = new StallWatch(config.vendor.timeoutMs, monotonic)
  const onEvent = (event: RunEvent) => {
    stall.observe(event)
    parts.onEvent?.(event)
  }
  const daemon = new Daemon(config, { log: parts.log, everyMs: parts.everyMs, onEvent })
  let stopped = false
  let gaveWay = false
  const work = async () => {
    const how = await daemon.once().then(ending, (error: unknown) => ({ run: null, error }))
    if (how.error !== null) logFailure(how.error, parts.log)
    if (stopped) return parts.onStopped(entry.name)
    await lookAgain(opened, { ...how, gaveWay }, parts)
  }
  const failed = (err: unknown) => parts.log.warn({ err }, 'how the account stands now was not kept')
  return {
    account: entry.name,
    done: work().catch(failed),
    get isStalled() {
      return stall.isStalled
    },
    giveWay: (to) => {
      gaveWay = true
      daemon.giveWay(to)
    },
    stop: () => {
      stopped = true
      void daemon.stop()
    },
  }
}

interface Ending {
  /** The run that was done last; null: none was. */
  readonly run: RunSummary | null
  /** Why none could be begun; null: one could, or none was due. */
  readonly error: unknown
  readonly gaveWay?: boolean
}

function ending(run: RunSummary | null): Ending {
  return { run, error: null }
}

async function lookAgain({ config, entry }: Opened, how: Ending, { log, onLook }: Parts): Promise<void> {
  const before = await withDatabase(config.database, ({ client }) => failuresOf(client, entry.key))
  const failures = how.run?.status === 'completed' ? 0 : before
  const seen = await look(config, entry, { log, now, failures })
  const failed = isInVain(how) ? inVain(seen, how, before + 1, redactor(config.secrets)) : seen
  await noteLook(config, failed)
  onLook(failed)
}

/** Trying again at once would be in vain, and would take its place from others. */
function isInVain({ run, error, gaveWay }: Ending): boolean {
  if (error !== null) return !overtaken(error)
  return gaveWay === true || (run !== null && run.status !== 'completed')
}

function inVain(
  { outlook, row, ...rest }: Look,
  { error }: Ending,
  failures: number,
  hide: (text: string) => string,
): Look {
  const nextLookAt = Math.max(outlook.nextLookAt, retryAt(failures, outlook.lookedAt))
  const at = {
    ...outlook,
    due: false,
    failures,
    nextLookAt: outlook.due ? retryAt(failures, outlook.lookedAt) : nextLookAt,
  }
  if (error === null) return { ...rest, outlook: at, row }
  const state = error instanceof InputError ? 'wrong' : 'failing'
  return { ...rest, outlook: at, row: { ...row, state, why: hide(messageOf(error)) } }
}
