import type { Clock } from '../domain/time/clock.ts'
import type { Log } from '../refresh/ports/log.ts'
import { arrives } from './web-request.ts'

export interface HeartbeatParts {
  readonly url: string
  readonly everyMs: number
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>
  readonly log: Log
  /** Waits between tries, ms; so many more tries than one. */
  readonly waitsMs?: readonly number[]
  /** How long one try may take, ms. */
  readonly timeoutMs?: number
}

const WAITS_MS = [1_000]
const TIMEOUT_MS = 3_000

/** Tells a dead-man's switch that the schedule is looked after. What does not arrive is logged, and no reason for anything. */
export class Heartbeat {
  readonly #parts: HeartbeatParts
  #lastAt: number | null = null
  #underWay: Promise<void> | null = null
  #stop = new AbortController()
  /** It did not arrive last time: the same again is not news. */
  #vain = false

  constructor(parts: HeartbeatParts) {
    this.#parts = parts
  }

  /** Sends one, unless the last one was not long enough ago. Resolves when it has arrived, or has been given up. */
  async beat(): Promise<void> {
    const { everyMs, clock } = this.#parts
    const now = clock.monotonic()
    // A tick that comes a little early is as good as the one that would be due.
    if (this.#lastAt !== null && now - this.#lastAt < everyMs * 0.95) return
    if (this.#underWay !== null) return
    this.#lastAt = now
    this.#underWay = this.#send().finally(() => {
      this.#underWay = null
    })
    await this.#underWay
  }

  /** One that is on its way is given up: nobody waits for it. */
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
    if (reason !== null) log[this.#vain ? 'debug' : 'warn']({ host, reason }, 'the heartbeat did not arrive')
    else if (this.#vain) log.info({ host }, 'heartbeats arrive again')
    this.#vain = reason !== null
  }
}
