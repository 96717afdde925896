import type { ItemReading } from '../classify/reply-reader.ts'
import type { Log } from '../ports/log.ts'
import type { CommittedItem } from '../ports/store.ts'

/** The run stops after this many paid replies if none was of use; until one is, no more records are in flight. */
export const FIRST_PAID = 5
/** The run stops when more than half of this many latest paid replies are of no use. */
const LATEST_PAID = 50
/** The run stops after this many records without data, if the vendor has never had any for this config. */
export const FIRST_MISSES = 100
/** How many different reasons are counted. */
const MOST_REASONS = 20
/** How many configs of a vendor are remembered. */
const MOST_CONFIGS = 10

export interface ConfigFitStart {
  /** A paid reply has been of use to the run. */
  readonly proven: boolean
  /** Records without data, and paid replies of no use, before this process. */
  readonly missed: number
  readonly useless: number
}

export interface ConfigFitParts {
  readonly start: ConfigFitStart
  /** Fingerprints of the configs for which the vendor had data before this process. */
  readonly foundWith: readonly string[]
  /** This config's, once it has made a request. */
  readonly fingerprint: () => string
  readonly log: Log
}

/** The result of a call for an item, until its checkpoint has committed. */
interface Answer {
  readonly paid: boolean
  /** A repeated call would have the same result. */
  readonly final: boolean
  readonly shown: string | null
}

/**
 * Watches whether the config fits the vendor: whether paid replies are of use, and whether the vendor knows any record
 * at all. Counts only what has been committed, since the database may reject the values.
 */
export class ConfigFit {
  readonly #parts: ConfigFitParts
  readonly #answers = new Map<number, Answer>()
  /** Items in flight while nothing is proven yet. */
  readonly #out = new Set<number>()
  readonly #reasons = new Map<string, number>()
  #proven: boolean
  #useless: number
  #missed: number
  #found: boolean
  /** True: of no use. */
  readonly #latest: boolean[] = []
  #latestUseless = 0
  #lastUseless: string | null = null
  #lastMissed: string | null = null

  constructor(parts: ConfigFitParts) {
    const { proven, useless, missed } = parts.start
    this.#parts = parts
    this.#proven = proven
    this.#found = proven || useless > 0
    this.#useless = useless
    this.#missed = missed
  }

  /** A paid reply was of use. */
  get proven(): boolean {
    return this.#proven
  }

  /** How many more records may be opened: few at a time until a paid reply has been of use. */
  get allowance(): number {
    return this.#proven ? Number.POSITIVE_INFINITY : Math.max(0, FIRST_PAID - this.#useless - this.#out.size)
  }

  opened(seq: number): void {
    if (!this.#proven) this.#out.add(seq)
  }

  /** The item is to be called again. */
  returned(seq: number): void {
    this.#out.delete(seq)
  }

  /** Fingerprints of the configs for which the vendor has had data, the latest last. */
  get foundWith(): readonly string[] {
    const { foundWith, fingerprint } = this.#parts
    if (!this.#found || this.#isKnown) return foundWith
    return [...foundWith, fingerprint()].slice(-MOST_CONFIGS)
  }

  get #isKnown(): boolean {
    return this.#parts.foundWith.includes(this.#parts.fingerprint())
  }

  answered(seq: number, { outcome, mapped, paid, shown }: ItemReading): void {
    const { kind } = outcome
    const final = kind === 'fresh' || kind === 'not-found' || kind === 'give-up'
    if (mapped !== null) this.#found = true
    this.#answers.set(seq, { paid, final, shown })
  }

  committed(items: readonly CommittedItem[]): void {
    for (const item of items) {
      if (item.duplicate || item.end === null) continue
      this.#out.delete(item.seq)
      const answer = this.#answers.get(item.seq)
      this.#answers.delete(item.seq)
      if (answer?.final) this.#count(answer, item)
    }
  }

  /** Why the run must stop: the config does not fit the vendor. Null: it may go on. */
  get wrong(): string | null {
    if (!this.#proven && this.#useless >= FIRST_PAID) {
      return `the first ${this.#useless} paid replies were of no use, so the rest was not asked for. ${this.#whyUseless}`
    }
    if (this.#latest.length === LATEST_PAID && this.#latestUseless * 2 > LATEST_PAID) {
      return `${this.#latestUseless} of the last ${LATEST_PAID} paid replies were of no use, so the rest was not asked for. ${this.#whyUseless}`
    }
    if (this.#missed >= FIRST_MISSES && !this.#found && !this.#isKnown) {
      const last = this.#lastMissed === null ? '' : ` The last: ${this.#lastMissed}.`
      return `the vendor had nothing for any of the first ${this.#missed} records, so the rest was not asked for.${last} A wrong path looks like this: see the request in the config, and \`spenddown try\`. None of these records cools down`
    }
    return null
  }

  #count({ paid, shown }: Answer, { end, reason }: CommittedItem): void {
    const isUseless = end === 'failed'
    if (end === 'notFound' || (isUseless && !paid)) {
      if (this.#found) return
      this.#missed += 1
      this.#lastMissed = withShown(reason ?? 'not found', shown)
      return
    }
    if (!paid) {
      if (!isUseless) this.#proven = true
      return
    }
    this.#latest.push(isUseless)
    this.#latestUseless += Number(isUseless)
    if (this.#latest.length > LATEST_PAID) this.#latestUseless -= Number(this.#latest.shift())
    if (!isUseless) this.#proven = true
    else this.#countUseless(reason ?? 'no reason', shown)
    if (this.#proven) this.#out.clear()
  }

  #countUseless(reason: string, shown: string | null): void {
    this.#useless += 1
    this.#lastUseless = withShown(reason, shown)
    const times = (this.#reasons.get(reason) ?? 0) + 1
    if (times === 1 && this.#reasons.size >= MOST_REASONS) return
    this.#reasons.set(reason, times)
    // The first, tenth, hundredth … time.
    if (/^10*$/.test(String(times))) this.#parts.log.warn({ reason, times }, 'a paid reply is of no use')
  }

  get #whyUseless(): string {
    const most = [...this.#reasons].sort(([, a], [, b]) => b - a).filter(([, times]) => times > 1)
    const reasons = most.slice(0, 3).map(([reason, times]) => `${reason} (${times} times)`)
    const last = this.#lastUseless === null ? 'The reasons stand with the records' : `The last: ${this.#lastUseless}`
    return [...(reasons.length === 0 ? [] : [`Most often: ${reasons.join(', ')}`]), last, WHERE_TO_LOOK].join('. ')
  }
}

const WHERE_TO_LOOK =
  'Compare `records.update`, `vendor.single.data` and `vendor.bulk.results` with a whole reply, as `spenddown try` shows it'

function withShown(reason: string, shown: string | null): string {
  return shown === null ? reason : `${reason}; what came back: ${shown}`
}
