import { Agenda } from './agenda.ts'
import { randomFrom } from './random.ts'
import { type Answer, LabVendor, type Reply, type Said, type VendorModel } from './vendor.ts'

/** What a call showed. Instants and durations are ms of virtual time. */
export interface Shown {
  readonly answer: Answer
  readonly sentAt: number
  readonly at: number
  readonly latencyMs: number
  readonly retryAfterMs: number | null
  readonly said: readonly Said[]
  /** Calls in flight when it was sent, itself included. */
  readonly atOnce: number
  /** Calls in flight now, itself no longer. */
  readonly inFlight: number
}

/** What the harness asks of whoever decides. */
export interface Decider {
  /** Calls allowed in flight at once. */
  readonly concurrency: number
  /** The least time between two calls; 0: none. */
  readonly spacingMs: number
  /** When the next call may leave, where none may now; otherwise 0. */
  opensAt(now: number): number
  left(at: number, inFlight: number): void
  heard(shown: Shown): void
  /** Time has passed. */
  looked(at: number, inFlight: number): void
}

/** One call, as the measurements want it. */
export interface Done {
  readonly answer: Answer
  readonly sentAt: number
  readonly at: number
  /** How many times longer it took than the same call would have taken of a vendor with nobody else there. */
  readonly slowdown: number
}

export interface Course {
  /** The concurrency allowed, every 100 ms. */
  readonly limits: readonly number[]
  readonly collapses: number
  readonly billedForNothing: number
  /** When it was over, ms: sooner than asked where it made too many calls. */
  readonly endedAt: number
}

/** Who hammers a vendor that refuses makes so many calls that the rest of the time would show nothing new. */
const MOST_CALLS = 500_000

const TIMEOUT_MS = 30_000
const LOOK_MS = 100

/** Half of the time in flight, each way. */
const WIRE_MS = { min: 0.5, max: 1.5 }

/**
 * Runs a decider against a vendor in virtual time, with more to send than can be sent, and tells of each call.
 * `instants`: when the vendor changes, so that what waits there is looked at again.
 */
export function drive(
  decider: Decider,
  model: VendorModel,
  options: { readonly seed: number; readonly ms: number; readonly instants?: readonly number[] },
  seen: (done: Done) => void,
): Course {
  const agenda = new Agenda()
  const random = randomFrom(options.seed)
  const vendor = new LabVendor(agenda, model, random)
  const limits: number[] = []
  const client = new Client(agenda, decider, vendor, random, seen)
  for (const at of options.instants ?? []) agenda.at(at, () => vendor.changed())
  const look = () => {
    client.giveUp()
    decider.looked(agenda.now, client.inFlight)
    limits.push(decider.concurrency)
    client.pump()
    if (client.sent > MOST_CALLS) agenda.stop()
    else agenda.at(agenda.now + LOOK_MS, look)
  }
  agenda.at(0, look)
  agenda.run(options.ms)
  const { collapses, billedForNothing } = vendor
  return { limits, collapses, billedForNothing, endedAt: agenda.now }
}

class Client {
  inFlight = 0
  sent = 0
  readonly #agenda: Agenda
  readonly #decider: Decider
  readonly #vendor: LabVendor
  readonly #random: () => number
  readonly #seen: (done: Done) => void
  #timeouts: { readonly at: number; readonly end: () => void }[] = []
  #firstTimeout = 0
  #nextAt = 0
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(agenda: Agenda, decider: Decider, vendor: LabVendor, random: () => number, seen: (done: Done) => void) {
    this.#agenda = agenda
    this.#decider = decider
    this.#vendor = vendor
    this.#random = random
    this.#seen = seen
  }

  pump(): void {
    const { now } = this.#agenda
    while (this.inFlight < this.#decider.concurrency) {
      const opensAt = Math.max(this.#decider.opensAt(now), this.#nextAt)
      if (opensAt > now) {
        this.#wake(opensAt)
        return
      }
      this.#nextAt = Math.max(this.#nextAt, now) + this.#decider.spacingMs
      this.#send()
    }
  }

  #wake(at: number): void {
    if (at >= this.#wakeAt) return
    this.#wakeAt = at
    this.#agenda.at(at, () => {
      if (this.#wakeAt <= this.#agenda.now) this.#wakeAt = Number.POSITIVE_INFINITY
      this.pump()
    })
  }

  #send(): void {
    const sentAt = this.#agenda.now
    const atOnce = ++this.inFlight
    this.#decider.left(sentAt, atOnce)
    this.sent += 1
    const wireMs = () => WIRE_MS.min + (WIRE_MS.max - WIRE_MS.min) * this.#random()
    const out = wireMs()
    let over = false
    const end = (reply: Reply, unloadedMs: number) => {
      if (over) return
      over = true
      this.inFlight -= 1
      const at = this.#agenda.now
      const { answer, retryAfterMs, said } = reply
      const latencyMs = at - sentAt
      this.#seen({ answer, sentAt, at, slowdown: unloadedMs > 0 ? latencyMs / unloadedMs : 1 })
      this.#decider.heard({ answer, sentAt, at, latencyMs, retryAfterMs, said, atOnce, inFlight: this.inFlight })
      this.pump()
    }
    this.#agenda.at(sentAt + out, () => {
      this.#vendor.arrive((reply) => {
        const back = wireMs()
        this.#agenda.at(this.#agenda.now + back, () => end(reply, out + back + reply.workMs))
      })
    })
    const lost: Reply = { answer: 'failed', workMs: 0, retryAfterMs: null, said: [] }
    this.#timeouts.push({ at: sentAt + TIMEOUT_MS, end: () => end(lost, 0) })
  }

  /** Gives up what has had no answer for too long. */
  giveUp(): void {
    const due = () => (this.#timeouts[this.#firstTimeout]?.at ?? Number.POSITIVE_INFINITY) <= this.#agenda.now
    while (due()) this.#timeouts[this.#firstTimeout++]?.end()
    if (this.#firstTimeout < 10_000) return
    this.#timeouts = this.#timeouts.slice(this.#firstTimeout)
    this.#firstTimeout = 0
  }
}
