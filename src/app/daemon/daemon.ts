import type { Config } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Judgement } from '../../domain/judgement/judgement.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { Heartbeat } from '../../observability/heartbeat.ts'
import type { Metrics } from '../../observability/metrics/metrics.ts'
import type { RunEvent } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { Pulse } from '../../schedule/loop/pulse.ts'
import { startTicks, type Ticks } from '../../schedule/loop/ticks.ts'
import type { Unready } from '../../web/health.ts'
import { prepareDatabase } from '../compose/with-database.ts'
import { judgeAccount } from '../plan/judgement.ts'
import { type StartedRun, startRun } from '../run/run.ts'
import type { Due } from '../run/run-controls.ts'
import { DecisionLog } from './decision-log.ts'
import { HourlyForecast } from './forecast-news.ts'
import { nextStartOf } from './next-start.ts'
import { SignsOfLife } from './note-alive.ts'
import { watchPrecedence } from './precedence.ts'
import { type Ticked, tick } from './tick.ts'
import { logFailure, overtaken } from './tick-failure.ts'

export interface DaemonParts {
  readonly log: Log
  readonly everyMs: number
  readonly onEvent?: (event: RunEvent) => void
  /** Receives events and decisions; missing: no metrics. */
  readonly metrics?: Metrics | undefined
  readonly heartbeat?: Heartbeat | undefined
}

const { now, monotonic } = systemClock

/** How long an account reading is reused, unless a run is due according to it. */
const ACCOUNT_MS = 15 * 60_000
/** How long a job that could not be started is put behind all others. */
const REFUSED_MS = 15 * 60_000

/** Runs what is due at each tick. The database alone says what was done, so that several daemons do nothing twice. */
export class Daemon {
  readonly #config: Config
  readonly #parts: DaemonParts
  readonly #pulse: Pulse
  #ticks: Ticks | null = null
  #handle: StartedRun | null = null
  #account: Ticked['account'] = null
  #prepared = false
  #stopping = false
  #unready: Unready | null = { reason: 'starting', detail: 'no tick has succeeded yet' }
  #needsPerson = false
  #lastRun: RunSummary | null = null
  readonly #forecast: HourlyForecast
  readonly #signs: SignsOfLife
  readonly #decisions: DecisionLog
  /** The preempted job, and how long it may run without being preempted again: as long as it had to wait. */
  #waiting: string | null = null
  #protectedMs = 0
  /** Jobs that could not be started, and when that was (monotonic ms): others go before them for a while. */
  readonly #refused = new Map<string, number>()

  constructor(config: Config, parts: DaemonParts) {
    this.#config = config
    this.#parts = parts
    this.#forecast = new HourlyForecast(config, { ...parts, now })
    this.#signs = new SignsOfLife(config, parts)
    this.#decisions = new DecisionLog(parts.log)
    this.#pulse = new Pulse(parts.everyMs, systemClock)
  }

  /** Why the process should be restarted; null: it is alive. */
  get lost(): string | null {
    return this.#pulse.lost
  }

  /** Why no run could be started now, according to the last tick; null: one could. */
  get unready(): Unready | null {
    return this.#stopping ? { reason: 'stopping', detail: 'no new runs are started' } : this.#unready
  }

  /** The judgement on the account at this instant, by the last forecast. */
  judge(): Promise<Judgement> {
    return judgeAccount(this.#config, now(), this.#forecast.made)
  }

  start(): void {
    const { everyMs } = this.#parts
    this.#ticks = startTicks({ everyMs, monotonic, tick: () => this.#tick(), onBeat: () => this.#beat() })
  }

  /** In place of `start`, for one account of many: does what is due, once, and tells the run. Rejects where it cannot. */
  async once(): Promise<RunSummary | null> {
    const beats = setInterval(() => this.#beat(), this.#parts.everyMs)
    try {
      await this.#signs.note(now())
      do await this.#decide()
      while (this.#waiting !== null && !this.#stopping)
      return this.#lastRun
    } finally {
      clearInterval(beats)
      await this.#signs.settled()
    }
  }

  /** As `stop`, for another account: the run goes on later, and nobody is told. */
  giveWay(to: string): void {
    this.#stopping = true
    this.#handle?.preempt(to)
  }

  /** Starts no new run; a running one stops as on SIGTERM, to be resumed by the next daemon. Resolves when all has ended. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#parts.heartbeat?.stop()
    this.#handle?.stop()
    await this.#ticks?.stop()
    await this.#signs.settled()
  }

  #beat(): void {
    this.#pulse.beat()
    // The tick that started a run does not end before the run does. One that is being opened may prove impossible.
    if (this.#handle === null || this.#unready !== null) return
    this.#reportAlive()
    void this.#signs.note(now())
  }

  #reportAlive(): void {
    const { metrics, heartbeat } = this.#parts
    metrics?.lookedAfter(now())
    if (!this.#needsPerson && !this.#stopping) void heartbeat?.beat()
  }

  async #tick(): Promise<void> {
    if (this.#stopping) return
    this.#pulse.tickBegins()
    try {
      if (!this.#prepared) await prepareDatabase(this.#config.database)
      this.#prepared = true
      await this.#signs.note(now())
      // After a run with a higher priority, the preempted one is resumed at once.
      do await this.#decide()
      while (this.#waiting !== null && !this.#stopping)
      this.#succeeded()
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#pulse.tickEnds()
    }
  }

  #succeeded(): void {
    this.#unready = null
    this.#reportAlive()
  }

  async #decide(): Promise<void> {
    const { log, metrics } = this.#parts
    const waiting = this.#waiting
    this.#waiting = null
    const parts = { log, now, account: this.#freshAccount(), last: this.#last() }
    let ticked = await tick(this.#config, parts)
    // A run is only started by a fresh account reading.
    if (ticked.due !== null && parts.account !== null) ticked = await tick(this.#config, { ...parts, account: null })
    this.#account = ticked.account
    this.#needsPerson = ticked.jobs.some(({ decision: d }) => d.kind === 'wait' && d.because === 'needs-person')
    const starts = ticked.jobs.map((each) => ({ job: each.job, nextStartAt: nextStartOf(each, this.#config) }))
    metrics?.decided(ticked.cycle.endAt, starts)
    this.#decisions.decided(ticked)
    if (this.#stopping) return
    const { due, chosen } = ticked
    if (due === null) return this.#forecast.make()
    const beganAt = monotonic()
    if (await this.#run(chosen.job, due)) this.#waiting = chosen.job
    else if (waiting !== null && chosen.job !== waiting) {
      this.#waiting = waiting
      this.#protectedMs = monotonic() - beganAt
    }
  }

  /** Runs what is due. Resolves to whether the run was preempted by another job. */
  async #run(job: string, due: Due): Promise<boolean> {
    const { log, metrics } = this.#parts
    const onEvent = (event: RunEvent) => {
      // Config, table and database have proved good enough for a run to begin.
      if (event.type === 'started') this.#unready = null
      metrics?.event(event)
      this.#parts.onEvent?.(event)
    }
    const handle = startRun(this.#config, due, { log, onEvent, probe: metrics })
    this.#handle = handle
    this.#pulse.tickEnds()
    const stopWatching = this.#watch(job, handle)
    try {
      const summary = await handle.summary
      this.#lastRun = summary
      const { runId, status, stopReason, detail, records, credits } = summary
      this.#needsPerson ||= status === 'failed'
      log.info({ runId, status, stopReason, detail, records, credits }, 'the scheduled run has ended')
      return handle.hasPreempted(summary)
    } catch (error) {
      if (!overtaken(error)) this.#refused.set(job, monotonic())
      throw error
    } finally {
      await stopWatching()
      this.#handle = null
      this.#decisions.forget()
      this.#forecast.makeAgain()
      metrics?.idle()
    }
  }

  /** Preempts the run when a job with a higher priority is due, unless the run has just waited for one. */
  #watch(job: string, handle: StartedRun): () => Promise<void> {
    const { log, everyMs } = this.#parts
    const protectedUntil = monotonic() + this.#protectedMs
    this.#protectedMs = 0
    return watchPrecedence(this.#config, job, {
      log,
      now,
      everyMs,
      account: () => this.#freshAccount(),
      last: () => this.#last(),
      onDue: (other, { account }) => {
        this.#account = account
        if (monotonic() < protectedUntil) return false
        log.info({ job, by: other }, 'the run is preempted by a job of a higher priority')
        handle.preempt(other)
        return true
      },
    })
  }

  #last(): ReadonlySet<string> {
    return new Set([...this.#refused].flatMap(([job, at]) => (at > monotonic() - REFUSED_MS ? [job] : [])))
  }

  #freshAccount(): Ticked['account'] {
    const [known, at] = [this.#account, now()]
    if (known === null || at < known.at || at - known.at >= ACCOUNT_MS) return null
    return known.resetsAt !== null && at >= known.resetsAt ? null : known
  }

  #failed(error: unknown): void {
    logFailure(error, this.#parts.log)
    if (overtaken(error)) this.#succeeded()
    else if (error instanceof InputError) this.#unready = { reason: 'config', detail: error.message }
  }
}
