import type { Config } from '../../config/config.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { InputError, messageOf } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { Heartbeat } from '../../observability/heartbeat.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { errandOf } from '../../schedule/accounts/errand.ts'
import { urgencyOf } from '../../schedule/accounts/urgency.ts'
import { Pulse } from '../../schedule/loop/pulse.ts'
import { startTicks, type Ticks } from '../../schedule/loop/ticks.ts'
import { failuresOf, readOutlooks } from '../../store/ledger/outlooks.ts'
import type { AccountQueue, Waiting } from '../../store/queue/account-queue.ts'
import type { Unready } from '../../web/health.ts'
import type { SharedCeilings } from '../compose/shared-ceilings.ts'
import { prepareDatabase, withDatabase } from '../compose/with-database.ts'
import { logFailure } from '../daemon/tick-failure.ts'
import type { Look } from './look.ts'
import { LOOK_BATCH, lookAtAll } from './look-at-all.ts'
import { Places } from './places.ts'
import { Accounts, type Roster } from './roster.ts'
import { sendDigest } from './send-digest.ts'
import { workAccount } from './work-account.ts'

export interface AccountsDaemonParts {
  readonly log: Log
  readonly logOf: (config: Config) => Promise<Log>
  readonly everyMs: number
  readonly names: readonly string[]
  readonly openQueue: () => Promise<AccountQueue>
  readonly heartbeat?: Heartbeat | undefined
  /** The limits that accounts keep together. */
  readonly ceilings: SharedCeilings
}

/** How often it asks a queue that others fill for accounts, and whether one at work gets nowhere. */
const POLL_MS = 2_000
/** How often somebody is told what has happened to all accounts, if anything has. */
const DIGEST_MS = 15 * 60_000
const { now, monotonic } = systemClock

/**
 * The schedule of many accounts, on one machine of any number. One of them looks for accounts that are due in each
 * interval; whoever has a place takes the next. The ledger alone says what is done and who may spend.
 */
export class AccountsDaemon {
  readonly #fleet: Fleet
  readonly #parts: AccountsDaemonParts
  readonly #accounts: Accounts
  readonly #places: Places
  readonly #pulse: Pulse
  readonly #stopping = new AbortController()
  #queue: AccountQueue | null = null
  #ticks: Ticks | null = null
  #prepared = false
  #unready: Unready | null = { reason: 'starting', detail: 'no tick has succeeded yet' }
  #loops: Promise<unknown> = Promise.resolve()
  /** Those that this process looks at now. */
  #looking: readonly string[] = []
  /** What was said of accounts that are wrong. */
  #told = ''

  constructor(fleet: Fleet, parts: AccountsDaemonParts) {
    this.#fleet = fleet
    this.#parts = parts
    this.#accounts = new Accounts(fleet, parts.names, parts.ceilings)
    this.#places = new Places(fleet.accountsAtOnce)
    this.#pulse = new Pulse(parts.everyMs, systemClock)
  }

  get lost(): string | null {
    return this.#pulse.lost
  }

  get unready(): Unready | null {
    return this.#stopping.signal.aborted ? { reason: 'stopping', detail: 'no new runs are started' } : this.#unready
  }

  /** All accounts, as of the last time that this process read them: others lead as often. */
  async roster(): Promise<Roster> {
    return this.#accounts.last ?? this.#accounts.read()
  }

  /** The accounts that this process works now. */
  get atWork(): readonly string[] {
    return this.#places.accounts
  }

  start(): void {
    const { everyMs } = this.#parts
    this.#ticks = startTicks({ everyMs, monotonic, tick: () => this.#tick(), onBeat: () => this.#pulse.beat() })
    const { signal } = this.#stopping
    this.#loops = Promise.all([
      this.#each(
        () => this.#lookAtNext(),
        () => systemClock.sleep(POLL_MS, signal),
      ),
      this.#each(
        () => this.#workNext(),
        () => this.#places.change(POLL_MS, signal),
      ),
    ])
  }

  /** Takes no account any more; those at work stop, and others go on with them. Resolves when all has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#parts.heartbeat?.stop()
    this.#places.stop()
    await this.#ticks?.stop()
    await this.#places.settled()
    // A look at a vendor that does not answer is given up: it spends nothing, and another process looks again.
    await Promise.race([this.#loops, systemClock.sleep(POLL_MS)])
    await this.#putting
    await this.#queue?.close()
  }

  async #tick(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#pulse.tickBegins()
    try {
      const queue = await this.#opened()
      if (await queue.leads(this.#parts.everyMs / 1_000)) await this.#lead(queue)
      this.#unready = null
    } catch (error) {
      logFailure(error, this.#parts.log)
      if (error instanceof InputError) this.#unready = { reason: 'config', detail: error.message }
    } finally {
      this.#pulse.tickEnds()
    }
  }

  async #opened(): Promise<AccountQueue> {
    if (!this.#prepared) await prepareDatabase(this.#fleet.database)
    this.#prepared = true
    this.#queue ??= await this.#parts.openQueue()
    return this.#queue
  }

  /** Puts what is to be done into the queue: one statement reads all accounts, and one for each errand writes. */
  async #lead(queue: AccountQueue): Promise<void> {
    const { entries, wrong } = await this.#accounts.read()
    this.#tellWrong(wrong)
    const outlooks = await withDatabase(this.#fleet.database, (connection) => readOutlooks(connection, now()))
    const known = new Map(outlooks.map((outlook) => [outlook.vendor, outlook]))
    const waiting: Record<'look' | 'work', Waiting[]> = { look: [], work: [] }
    for (const { name, key, fingerprint } of entries) {
      const outlook = known.get(key)
      const isHere = this.#places.accounts.includes(name) || this.#looking.includes(name)
      const errand = isHere ? null : errandOf(outlook, fingerprint, now())
      if (errand !== null) waiting[errand].push({ account: name, urgency: outlook ? urgencyOf(outlook) : MOST })
    }
    await queue.put('look', waiting.look)
    await queue.put('work', waiting.work)
    const counts = {
      accounts: entries.length,
      wrong: wrong.length,
      look: waiting.look.length,
      due: waiting.work.length,
    }
    this.#parts.log.debug(counts, 'looked for accounts that are due')
    void this.#parts.heartbeat?.beat()
    await sendDigest(this.#fleet, { entries, wrong }, this.#parts.log, now(), DIGEST_MS)
  }

  #tellWrong(wrong: Awaited<ReturnType<Accounts['read']>>['wrong']): void {
    const told = JSON.stringify(wrong)
    if (told === this.#told) return
    this.#told = told
    for (const { name, problems } of wrong) this.#parts.log.error({ account: name, problems }, 'the account is wrong')
  }

  /** Looks at a batch of accounts that wait for it; false: none does. */
  async #lookAtNext(): Promise<boolean> {
    const { log, logOf } = this.#parts
    const names = (await this.#queue?.take('look', LOOK_BATCH)) ?? []
    if (names.length === 0) return false
    const failures = (key: string) => withDatabase(this.#fleet.database, ({ client }) => failuresOf(client, key))
    const onLook = (look: Look) => this.#looked(look)
    this.#looking = names
    try {
      await lookAtAll(this.#accounts, names, { log, logOf, now, failures, onLook, signal: this.#stopping.signal })
    } finally {
      this.#looking = []
    }
    return true
  }

  /** Begins to work the most urgent account, if there is a place for it; false: nothing is to be done. */
  async #workNext(): Promise<boolean> {
    if (this.#places.free < 1) {
      if (this.#places.isStuck) this.#places.makeRoom((await this.#queue?.waiting('work')) ?? 0)
      return false
    }
    const { log, logOf, everyMs } = this.#parts
    const [name] = (await this.#queue?.take('work', 1)) ?? []
    if (name === undefined) return false
    if (this.#places.accounts.includes(name)) return true
    const [opened] = await this.#accounts.configsOf([name])
    if (opened === undefined) {
      log.debug({ account: name }, 'an account that waited is not there any more')
      return true
    }
    const own = await logOf(opened.config)
    // Nothing begins once it is to stop: what is at work then is all that is stopped.
    if (this.#stopping.signal.aborted) return true
    const onLook = (look: Look) => this.#looked(look)
    const onStopped = (account: string) => this.#handBack(account)
    this.#places.take(workAccount(opened, { log: own, everyMs, onLook, onStopped }))
    return true
  }

  /** What is due waits for a place at once. */
  #looked({ outlook }: Look): void {
    if (outlook.due) this.#put({ account: outlook.account, urgency: urgencyOf(outlook) })
  }

  /** It had a place already: it goes before those that wait for one. */
  #handBack(account: string): void {
    this.#put({ account, urgency: MOST })
  }

  #put(waiting: Waiting): void {
    const failed = (error: unknown) => this.#parts.log.debug({ why: messageOf(error) }, 'whoever leads puts it in')
    this.#putting = this.#putting.then(async () => this.#queue?.put('work', [waiting])).catch(failed)
  }

  #putting: Promise<unknown> = Promise.resolve()

  /** Does it again and again; where nothing was to be done, after `idle`. */
  async #each(work: () => Promise<boolean>, idle: () => Promise<void>): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const done = await work().catch((error: unknown) => {
        logFailure(error, this.#parts.log)
        return false
      })
      if (!done) await idle()
    }
  }
}

/** More urgent than any account: it is not known yet how urgent it is. */
const MOST = 2 ** 31 - 1
