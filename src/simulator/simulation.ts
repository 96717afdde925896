import { Account, OutsideSpending } from './account/account.ts'
import { Bill } from './account/bill.ts'
import { type Behaviour, BehaviourError, changed, checkedChanges, defaultBehaviour } from './behaviour.ts'
import { type Clock, Timers } from './clock.ts'
import type { Dialect } from './dialects/dialect.ts'
import { dialects } from './dialects/dialects.ts'
import { FaultBox } from './faults/faults.ts'
import { IdempotencyStore } from './faults/idempotency.ts'
import { type Answer, JobBook } from './http/answer.ts'
import { Capacity } from './limits/capacity.ts'
import { RateLimits, type SlidingLimit } from './limits/rate-windows.ts'
import { drawLatencyMs, randomStream } from './lookups/random.ts'
import { Stats } from './stats.ts'

/** Everything of the vendor but the HTTP. */
export class Simulation {
  readonly seed: number
  readonly clock: Clock
  readonly timers: Timers
  readonly bill = new Bill()
  readonly account: Account
  readonly stats = new Stats()
  readonly limits = new RateLimits()
  readonly faults: FaultBox
  readonly capacity: Capacity
  readonly idempotency = new IdempotencyStore<Answer>()
  readonly jobs = new JobBook()
  /** The version in which each record was last given to the client, where the dialect remembers that. */
  readonly looks = new Map<string, number>()
  /** Limits of single routes, by path. */
  readonly routeLimits = new Map<string, SlidingLimit>()
  readonly outside: OutsideSpending
  /** Draw numbers: for calls that a collapse fails, for the latency of a call and for the duration of a job. */
  readonly collapseLuck: () => number
  readonly latencyMs: () => number
  readonly jobMs: () => number
  #behaviour: Behaviour = defaultBehaviour

  /** `remaining`: credits to open the account with; default: the allotment. */
  constructor(seed: number, clock: Clock, changes: unknown, remaining: number | undefined) {
    const { allotment = defaultBehaviour.allotment } = checkedChanges(changes)
    this.seed = seed
    this.clock = clock
    this.timers = new Timers(clock)
    this.account = new Account(this.bill, clock, allotment, remaining ?? allotment)
    this.faults = new FaultBox(seed)
    this.capacity = new Capacity(() => this.#behaviour, clock, this.timers, this.stats)
    this.outside = new OutsideSpending(this.account, this.timers)
    this.collapseLuck = randomStream(seed, 'collapse')
    const latencyRandom = randomStream(seed, 'latency')
    this.latencyMs = () => drawLatencyMs(this.#behaviour.latencyMs, latencyRandom)
    const jobRandom = randomStream(seed, 'job')
    this.jobMs = () => drawLatencyMs(this.#behaviour.jobMs, jobRandom)
    this.behave(changes)
  }

  get behaviour(): Behaviour {
    return this.#behaviour
  }

  get dialect(): Dialect {
    return dialects[this.#behaviour.dialect]
  }

  /** Calls in service keep their latency and fault. @throws BehaviourError, and changes nothing, if a change is invalid. */
  behave(changes: unknown): void {
    const wanted = checkedChanges(changes)
    const before = this.#behaviour
    const own = wanted.dialect === undefined ? {} : dialects[wanted.dialect].behaviour
    const after = changed(changed(before, own), wanted)
    checkVariants(after)
    this.#behaviour = after
    this.faults.change(before.faults, after.faults)
    this.limits.configure(after.perSecond, after.perMinute)
    if (wanted.allotment !== undefined || wanted.resetAt !== undefined) {
      this.account.configure(after.allotment, wanted.resetAt === undefined ? this.account.resetAt : after.resetAt)
    }
    if (wanted.outside !== undefined) this.outside.change(after.outside)
    this.capacity.fillSlots()
  }
}

/** @throws BehaviourError where the account is to have what its vendor's dialect knows nothing of. */
function checkVariants({ dialect, variants }: Behaviour): void {
  const known = Object.keys((dialects[dialect] as Dialect).variants ?? {})
  const unknown = variants.filter((variant) => !known.includes(variant))
  if (unknown.length === 0) return
  const there = known.length === 0 ? 'none' : known.join(', ')
  throw new BehaviourError([`variants: ${dialect} has no ${unknown.join(', ')}; it has ${there}`])
}
