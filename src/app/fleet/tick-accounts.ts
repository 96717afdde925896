import type { Config } from '../../config/config.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { InputError, SpenddownError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { urgencyOf } from '../../schedule/accounts/urgency.ts'
import { readOutlooks } from '../../store/ledger/outlooks.ts'
import { openCeilings } from '../compose/shared-ceilings.ts'
import { prepareDatabase, sharedDatabase, withDatabase } from '../compose/with-database.ts'
import { heartbeatOf } from '../daemon/daemon-service.ts'
import { lookAfter, needsPerson } from '../daemon/tick-once.ts'
import type { TickSummary } from '../daemon/tick-summary.ts'
import { type StartedRun, startRun } from '../run/run.ts'
import type { Due } from '../run/run-controls.ts'
import { type Look, look, noteLook } from './look.ts'
import { lookAtAll } from './look-at-all.ts'
import { Places, type Work } from './places.ts'
import { Accounts, type Entry, type Opened } from './roster.ts'
import { sendDigest } from './send-digest.ts'
import { StallWatch } from './stall-watch.ts'

/** What a tick has decided and done for one of several accounts; `error`: why it could do nothing. */
export type AccountTick = { readonly account: string } & (TickSummary | { readonly error: unknown })

interface Parts {
  readonly log: Log
  readonly logOf: (config: Config) => Promise<Log>
  readonly signal: AbortSignal
  readonly names: readonly string[]
  /** Called once for each account, when it is done with. */
  readonly onAccount: (ticked: AccountTick) => void
}

/** How often it is looked whether an account at work gets nowhere. */
const CHECK_MS = 5_000
const { now, monotonic } = systemClock

/**
 * Decides once for all accounts, and works those that are due: so many at once, the most urgent first. Throws only where
 * nothing can be done for any: InputError, DatabaseUnavailableError.
 */
export async function tickAccounts(given: Fleet, parts: Parts): Promise<void> {
  await prepareDatabase(given.database)
  const ceilings = await openCeilings(given, parts.log)
  const shared = sharedDatabase(given.database, given.accountsAtOnce)
  const fleet = { ...given, database: { ...given.database, shared } }
  let person = false
  const onAccount = (ticked: AccountTick) => {
    person ||= 'error' in ticked || needsPerson(ticked)
    parts.onAccount(ticked)
  }
  try {
    const accounts = new Accounts(fleet, parts.names, ceilings)
    const { entries, wrong } = await accounts.read()
    for (const { name, problems } of wrong)
      onAccount({ account: name, error: new InputError('CONFIG_INVALID', problems) })
    const due = await dueAccounts(fleet, accounts, entries, { ...parts, onAccount })
    await workAll(fleet, accounts, due, { ...parts, onAccount })
    await sendDigest(fleet, { entries, wrong }, parts.log, now(), 0)
  } finally {
    ceilings.close()
    await shared.close()
  }
  if (!person) await heartbeatOf(given, parts.log)?.beat()
}

interface DueAccount {
  readonly entry: Entry
  readonly urgency: number
}

/** Looks at all. Those that are due, the most urgent first; of the others, that they wait, and why. */
async function dueAccounts(fleet: Fleet, accounts: Accounts, entries: readonly Entry[], parts: Parts) {
  const outlooks = await withDatabase(fleet.database, (connection) => readOutlooks(connection, now()))
  const failures = new Map(outlooks.map((outlook) => [outlook.vendor, outlook.failures]))
  const byName = new Map(entries.map((entry) => [entry.name, entry]))
  const due: DueAccount[] = []
  const onLook = ({ outlook, row, decided, error }: Look) => {
    const entry = byName.get(row.account)
    if (outlook.due && entry !== undefined) due.push({ entry, urgency: urgencyOf(outlook) })
    else if (decided !== null) parts.onAccount({ account: row.account, ...decided })
    else parts.onAccount({ account: row.account, error: error ?? nothingScheduled(row.account) })
  }
  const names = entries.map(({ name }) => name)
  await lookAtAll(accounts, names, { ...parts, now, failures: (key) => failures.get(key) ?? 0, onLook })
  return due.toSorted((a, b) => b.urgency - a.urgency).map(({ entry }) => entry)
}

function nothingScheduled(account: string): InputError {
  const allowed = "at least one with `schedule`, such as { beforeReset: '12h' }"
  const path = `accounts[${JSON.stringify(account)}].jobs`
  return new InputError('NOTHING_SCHEDULED', [{ path, found: 'no job that has a schedule', allowed }])
}

async function workAll(fleet: Fleet, accounts: Accounts, due: readonly Entry[], parts: Parts): Promise<void> {
  const waiting = [...due]
  const places = new Places(fleet.accountsAtOnce)
  parts.signal.addEventListener('abort', () => places.stop(), { once: true })
  while (waiting.length > 0 && !parts.signal.aborted) {
    while (places.free > 0 && waiting.length > 0) {
      const entry = waiting.shift() as Entry
      const [opened] = await accounts.configsOf([entry.name])
      const log = opened && (await parts.logOf(opened.config))
      if (opened && log && !parts.signal.aborted) places.take(begin(opened, log, parts))
    }
    await places.change(CHECK_MS)
    places.makeRoom(waiting.length)
  }
  await places.settled()
}

function begin({ config, entry }: Opened, log: Log, { onAccount }: Parts): Work {
  const stall = new StallWatch(config.vendor.timeoutMs, monotonic)
  const account = entry.name
  let handle: StartedRun | null = null
  let stopped = false
  const perform = async (due: Due) => {
    if (stopped) throw new SpenddownError('INTERRUPTED', 'it was not begun: the command was stopped before')
    let report: string | null = null
    const onReport = (where: string) => {
      report = where
    }
    handle = startRun(config, due, { log, onReport, onEvent: (event) => stall.observe(event) })
    return { run: await handle.summary, report }
  }
  const work = async () => {
    const ticked = await lookAfter(config, { log, perform }).catch((error: unknown) => ({ error }))
    onAccount({ account, ...ticked })
    // So that a list of the accounts shows how it ended.
    const seen = await look(config, entry, { log, now, failures: 'error' in ticked ? 1 : 0 })
    await noteLook(config, seen).catch((err: unknown) => log.warn({ err }, 'a look was not kept'))
  }
  return {
    account,
    done: work(),
    get isStalled() {
      return handle !== null && stall.isStalled
    },
    giveWay: (to) => handle?.preempt(to),
    stop: () => {
      stopped = true
      handle?.stop()
    },
  }
}

/** As JSON. */
export function ticksDocument(ticks: readonly AccountTick[], at: number, errorOf: (error: unknown) => unknown): object {
  const shown = ticks.map((ticked) => ('error' in ticked ? { ...ticked, error: errorOf(ticked.error) } : ticked))
  return { at: iso(at), accounts: shown }
}
