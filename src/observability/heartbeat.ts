import type { Clock } from '../domain/time/clock.ts'
import type { Log } from '../refresh/ports/log.ts'
import { arrives, type Tries } from './web-request.ts'

export interface HeartbeatParts extends Partial<Pick<Tries, 'waitsMs' | 'timeoutMs'>> {
  readonly url: string
  readonly everyMs: number
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly log: Log
}

const WAITS_MS = [1_000]
const TIMEOUT_MS = 3_000

/** Tells a dead-man's switch that the schedule is being followed. What does not arrive is logged, and nothing more. */
export class Heartbeat {
  readonly #parts: HeartbeatParts
  #lastAt: number | null = null
  #underWay = false
  #stop = new AbortController()
  /** The last one did not arrive: the next failure is not news. */
  #failing = false

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  /** Sends one, unless the last one was not long enough ago. Resolves when it has arrived, or has been given up. */
  async beat(): Promise<void> {
    const { everyMs, clock } = this.#parts
    const now = clock.monotonic()
    // A tick that comes a little early is as good as the one that would be due.
    if (this.#lastAt !== null && now - this.#lastAt < everyMs * 0.95) return
    if (this.#underWay) return
    this.#lastAt = now
    this.#underWay = true
    await this.#send().finally(() => {
      this.#underWay = false
    })
  }

  /** Gives up the one that is under way. */
  stop(): void {
    this.#stop.abort()
  }

  async #send(): Promise<void> {
    const { url, clock, log, waitsMs = WAITS_MS, timeoutMs = TIMEOUT_MS } = this.#parts
    const { signal } = this.#stop
    const { host } = new URL(url)
    const tries = { waitsMs, timeoutMs, signal, sleep: (ms: number) => clock.sleep(ms, signal) }
    const reason = await arrives(url, () => ({}), tries)
    if (signal.aborted) return
    if (reason !== null) log[this.#failing ? 'debug' : 'warn']({ host, reason }, 'the heartbeat did not arrive')
    else if (this.#failing) log.info({ host }, 'heartbeats arrive again')
    this.#failing = reason !== null
  }
}
