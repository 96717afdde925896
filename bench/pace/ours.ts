import {
  allowed,
  callLeft,
  callSeen,
  type PaceState,
  startPace,
  timePassed,
} from '../../src/pacing/controller/controller.ts'
import { keeps } from '../../src/pacing/controller/told-limit.ts'
import { Gate } from '../../src/pacing/limits/gate.ts'
import { spacingMs } from '../../src/pacing/spacing.ts'
import type { Decider, Shown } from './drive.ts'

/** What is in src/pacing, as a run of spenddown uses it. */
export class Ours implements Decider {
  state: PaceState
  readonly #configuredMs: number
  readonly #gate = new Gate({})

  constructor(ceiling: number, perSecond?: number) {
    this.state = startPace(ceiling)
    this.#configuredMs = spacingMs(perSecond === undefined ? {} : { perSecond })
  }

  get concurrency(): number {
    return allowed(this.state).concurrency
  }

  get spacingMs(): number {
    const { perSecond } = allowed(this.state)
    return Math.max(this.#configuredMs, perSecond === null ? 0 : 1_000 / perSecond)
  }

  opensAt(now: number): number {
    const room = this.#gate.allowance(now)
    return Math.max(allowed(this.state).opensAt, room.calls > 0 ? 0 : room.opensAt)
  }

  left(at: number, inFlight: number): void {
    this.#gate.left(at)
    this.state = callLeft(this.state, at, inFlight)
  }

  heard({ answer, sentAt, at, latencyMs, retryAfterMs, said, inFlight }: Shown): void {
    const quotas = said.map((window) => ({ ...window, windowMs: null }))
    this.state = callSeen(this.state, { kind: answer, sentAt, at, latencyMs, retryAfterMs, quotas, inFlight })
    const counted = quotas.filter((quota) => !keeps(this.state.rate, quota))
    this.#gate.heard({ kind: answer, sentAt, at, latencyMs, retryAfterMs, quotas: counted }, inFlight)
  }

  looked(at: number, inFlight: number): void {
    this.state = timePassed(this.state, at, inFlight)
  }
}
