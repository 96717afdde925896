import { prepareDatabase } from './app.ts'
import type { Config } from './config/config.ts'
import { systemClock } from './domain/clock.ts'
import { InputError, LeaseHeldError, NotDueError, SpenddownError } from './domain/errors.ts'
import type { RunEvent } from './refresh/events.ts'
import type { Log } from './refresh/ports/log.ts'
import { type RunHandle, startRun } from './run.ts'
import { startTicks, type Ticks } from './schedule/ticks.ts'
import { type Ticked, tick } from './tick.ts'

export interface DaemonParts {
  readonly log: Log
  readonly everyMs: number
  readonly onEvent?: (event: RunEvent) => void
}

/** What the vendor said of the account is good for so long, unless a run is due by it. */
const ACCOUNT_MS = 15 * 60_000

/**
 * Asks at every tick what is due, and does it in this process. It holds nothing between ticks but what the vendor said
 * last: the database knows what was done, so that a daemon that is killed, or one of several, does nothing twice.
 */
export class Daemon {
  readonly #config: Config
  readonly #parts: DaemonParts
  #ticks: Ticks | null = null
  #handle: RunHandle | null = null
  #account: Ticked['account'] = null
  #prepared = false
  #stopping = false
  /** What was told last: the same again is not news. */
  #told = ''

  constructor(config: Config, parts: DaemonParts) {
    this.#config = config
    this.#parts = parts
  }

  start(): void {
    const { everyMs } = this.#parts
    this.#ticks = startTicks({ everyMs, monotonic: () => systemClock.monotonic(), tick: () => this.#tick() })
  }

  /** No new run; one under way stops as at SIGTERM, and goes on with the next daemon. Resolves when all has ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#handle?.stop()
    await this.#ticks?.stop()
  }

  async #tick(): Promise<void> {
    if (this.#stopping) return
    try {
      if (!this.#prepared) await prepareDatabase(this.#config.database)
      this.#prepared = true
      await this.#decide()
    } catch (error) {
      this.#failed(error)
    }
  }

  async #decide(): Promise<void> {
    const { log } = this.#parts
    const parts = { log, now: systemClock.now, account: this.#freshAccount() }
    let ticked = await tick(this.#config, parts)
    // A run is not begun by what was known a while ago.
    if (ticked.due !== null && parts.account !== null) ticked = await tick(this.#config, { ...parts, account: null })
    this.#account = ticked.account
    this.#tell(ticked)
    if (ticked.due === null || this.#stopping) return
    const { onEvent } = this.#parts
    this.#handle = startRun(this.#config, ticked.due, { log, ...(onEvent === undefined ? {} : { onEvent }) })
    try {
      const { runId, status, stopReason, detail, records, credits } = await this.#handle.summary
      log.info({ runId, status, stopReason, detail, records, credits }, 'the scheduled run has ended')
    } finally {
      this.#handle = null
      this.#told = ''
    }
  }

  #freshAccount(): Ticked['account'] {
    const known = this.#account
    const now = systemClock.now()
    if (known === null || now < known.at || now - known.at >= ACCOUNT_MS) return null
    return known.resetsAt !== null && now >= known.resetsAt ? null : known
  }

  #tell({ chosen: { job, decision }, cycle }: Ticked): void {
    const until = decision.kind === 'wait' ? decision.until : null
    const news = `${job} ${decision.kind} ${decision.kind === 'wait' ? decision.because : ''} ${until}`
    const level = news === this.#told ? 'debug' : 'info'
    this.#told = news
    const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())
    const { kind, why } = decision
    this.#parts.log[level]({ job, decision: kind, why, until: at(until), resetAt: at(cycle.endAt) }, 'decided')
  }

  /** Nothing that goes wrong at a tick ends the daemon: at the next it may be mended. */
  #failed(error: unknown): void {
    const { log } = this.#parts
    if (error instanceof LeaseHeldError || error instanceof NotDueError) {
      log.info({ why: error.message }, 'another process was faster')
    } else if (error instanceof InputError) {
      log.error({ code: error.code, problems: error.problems }, 'nothing can be started until this is mended')
    } else if (error instanceof SpenddownError) {
      log.warn({ code: error.code, why: error.message }, 'not this time; the next tick tries again')
    } else {
      log.error({ err: error }, 'unexpected; the next tick tries again')
    }
  }
}
