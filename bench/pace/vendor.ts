import type { Agenda } from './agenda.ts'

/** How a vendor of the laboratory behaves. Times are ms of virtual time since the start of a run. */
export interface VendorModel {
  /** Calls served at once; the others queue, first come, first served. */
  readonly slots: (at: number) => number
  /** How long a slot works at a call, and its mean: capacity is slots divided by the mean. */
  readonly serviceMs: (at: number, random: () => number) => number
  readonly meanServiceMs: (at: number) => number
  /** Sliding windows; a call over them is refused with 429 at once, and does not count. */
  readonly windows?: readonly { readonly calls: number; readonly ms: number }[]
  /** What it says of its windows: nothing, Retry-After with a 429, or what is left in every reply. */
  readonly says?: 'nothing' | 'retry-after' | 'headers'
  /** With more calls than this at once it refuses the new one with 429. */
  readonly refusesAbove?: number
  /** With more calls than this at once it falls over for `ms`, fails all calls, and charges a share of them. */
  readonly collapse?: { readonly above: number; readonly ms: number; readonly billedShare: number }
  /** From one instant to the other it answers 503 at once, or not at all; or each in turn for a second. */
  readonly outage?: { readonly from: number; readonly to: number; readonly how: '503' | 'hang' | 'both' }
  /** Share of calls that fail by themselves, whatever the load. */
  readonly failing?: number
  /** Share of calls that it refuses with 429, whatever the load; where it says when to come again, in a second. */
  readonly refusing?: number
}

export type Answer = 'ok' | 'throttled' | 'failed'

/** What the vendor's replies say of a window. */
export interface Said {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
}

export interface Reply {
  readonly answer: Answer
  /** How long the vendor would have worked at it with nobody else there. */
  readonly workMs: number
  readonly retryAfterMs: number | null
  readonly said: readonly Said[]
}

interface Waiting {
  readonly reply: (reply: Reply) => void
  /** Of its windows, as the call was admitted. */
  readonly said: readonly Said[]
  fallen: boolean
}

const NOTHING: readonly Said[] = []

/** A vendor in virtual time: windows, slots, a queue, and a point at which it all falls over. */
export class LabVendor {
  collapses = 0
  /** Calls that failed and were charged all the same. */
  billedForNothing = 0
  readonly #agenda: Agenda
  readonly #model: VendorModel
  readonly #random: () => number
  readonly #admitted: { readonly ms: number; readonly calls: number; readonly at: number[]; gone: number }[]
  #queue: Waiting[] = []
  #head = 0
  #serving = new Set<Waiting>()
  #atOnce = 0
  #downUntil = 0

  constructor(agenda: Agenda, model: VendorModel, random: () => number) {
    this.#agenda = agenda
    this.#model = model
    this.#random = random
    this.#admitted = (model.windows ?? []).map(({ calls, ms }) => ({ calls, ms, at: [], gone: 0 }))
  }

  /** A call arrives; `reply` is called when the answer leaves, or never. */
  arrive(reply: (reply: Reply) => void): void {
    const { now } = this.#agenda
    const { outage, refusesAbove } = this.#model
    if (outage !== undefined && now >= outage.from && now < outage.to) {
      const hangs = outage.how === 'hang' || (outage.how === 'both' && Math.floor(now / 1000) % 2 === 0)
      if (!hangs) this.#answer(reply, 'failed')
      return
    }
    const waitMs = this.#waitMs()
    if (waitMs > 0) {
      this.#answer(reply, 'throttled', waitMs)
      return
    }
    if (this.#model.refusing !== undefined && this.#random() < this.#model.refusing) {
      this.#answer(reply, 'throttled', 1_000)
      return
    }
    if (refusesAbove !== undefined && this.#atOnce >= refusesAbove) {
      this.#answer(reply, 'throttled')
      return
    }
    this.#atOnce += 1
    for (const window of this.#admitted) window.at.push(now)
    if (this.#falls()) {
      this.#fail(reply)
      return
    }
    this.#queue.push({ reply, said: this.#said(), fallen: false })
    this.#fill()
  }

  /** Free slots take what waits; to be called when their number changes, too. */
  #fill(): void {
    const slots = this.#model.slots(this.#agenda.now)
    while (this.#serving.size < slots && this.#head < this.#queue.length) {
      const call = this.#queue[this.#head++]!
      if (this.#head > 1_000) {
        this.#queue = this.#queue.slice(this.#head)
        this.#head = 0
      }
      this.#serve(call)
    }
  }

  changed(): void {
    this.#fill()
  }

  #serve(call: Waiting): void {
    const workMs = this.#model.serviceMs(this.#agenda.now, this.#random)
    this.#serving.add(call)
    this.#agenda.at(this.#agenda.now + workMs, () => {
      if (call.fallen) return
      this.#serving.delete(call)
      this.#atOnce -= 1
      const fails = this.#model.failing !== undefined && this.#random() < this.#model.failing
      call.reply({ answer: fails ? 'failed' : 'ok', workMs, retryAfterMs: null, said: call.said })
      this.#fill()
    })
  }

  #falls(): boolean {
    const { collapse } = this.#model
    if (collapse === undefined) return false
    const { now } = this.#agenda
    if (now < this.#downUntil) return true
    if (this.#atOnce <= collapse.above) return false
    this.collapses += 1
    this.#downUntil = now + collapse.ms
    for (const call of [...this.#serving, ...this.#queue.slice(this.#head)]) {
      call.fallen = true
      this.#fail(call.reply)
    }
    this.#queue = []
    this.#head = 0
    this.#serving = new Set()
    return true
  }

  #fail(reply: (reply: Reply) => void): void {
    this.#atOnce -= 1
    if (this.#random() < (this.#model.collapse?.billedShare ?? 0)) this.billedForNothing += 1
    this.#answer(reply, 'failed')
  }

  #answer(reply: (reply: Reply) => void, answer: Answer, retryAfterMs: number | null = null): void {
    const silent = (this.#model.says ?? 'nothing') === 'nothing' || retryAfterMs === null
    const asked = silent ? null : Math.ceil(retryAfterMs / 1000) * 1000
    reply({ answer, workMs: 0, retryAfterMs: asked, said: this.#said() })
  }

  #waitMs(): number {
    const { now } = this.#agenda
    let waitMs = 0
    for (const window of this.#admitted) {
      while (window.gone < window.at.length && window.at[window.gone]! + window.ms <= now) window.gone += 1
      if (window.gone > 10_000) window.at.splice(0, window.gone)
      if (window.gone > 10_000) window.gone = 0
      if (window.at.length - window.gone >= window.calls) {
        waitMs = Math.max(waitMs, window.at[window.at.length - window.calls]! + window.ms - now)
      }
    }
    return waitMs
  }

  #said(): readonly Said[] {
    if (this.#model.says !== 'headers') return NOTHING
    const { now } = this.#agenda
    this.#waitMs()
    return this.#admitted.map(({ calls, ms, at, gone }) => {
      const oldest = at[gone] ?? now
      return { limit: calls, remaining: Math.max(0, calls - (at.length - gone)), resetAt: oldest + ms }
    })
  }
}
