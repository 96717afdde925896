import { systemClock } from '../../domain/time/clock.ts'

/** Whom an account gives way to, as it is kept with its run. */
const ANOTHER = 'another account'

/** An account at work. */
export interface Work {
  readonly account: string
  /** Resolves when it is over; never rejects. */
  readonly done: Promise<void>
  /** It gets nowhere at the moment. */
  readonly isStalled: boolean
  /** Stops it, so that it goes on later: another account waits for its place. */
  giveWay(to: string): void
  /** Stops it, since the process is to end. */
  stop(): void
}

/** The places of one process: so many accounts are worked at once, however many there are. */
export class Places {
  readonly #atOnce: number
  readonly #works = new Map<string, Work>()
  /** Those that were asked to give way, and have not ended yet. */
  readonly #leaving = new Set<string>()

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  get free(): number {
    return this.#atOnce - this.#works.size
  }

  get accounts(): readonly string[] {
    return [...this.#works.keys()]
  }

  take(work: Work): void {
    const { account } = work
    this.#works.set(account, work)
    void work.done.then(() => {
      this.#works.delete(account)
      this.#leaving.delete(account)
    })
  }

  /** Whether all places are taken, one of them by an account that gets nowhere. */
  get isStuck(): boolean {
    return this.free < 1 && this.#stalled.length > 0
  }

  /** Of the accounts that get nowhere, one for each that waits gives way. Nobody else is held up by them. */
  makeRoom(waiting: number): void {
    if (this.free > 0) return
    for (const work of this.#stalled.slice(0, Math.max(0, waiting - this.#leaving.size))) {
      this.#leaving.add(work.account)
      work.giveWay(ANOTHER)
    }
  }

  get #stalled(): Work[] {
    return [...this.#works.values()].filter(({ account, isStalled }) => isStalled && !this.#leaving.has(account))
  }

  /** Resolves when one of them is over, or after `patienceMs`, or when the signal aborts. */
  async change(patienceMs: number, signal?: AbortSignal): Promise<void> {
    const over = new AbortController()
    const until = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
    await Promise.race([systemClock.sleep(patienceMs, until), ...[...this.#works.values()].map(({ done }) => done)])
    over.abort()
  }

  stop(): void {
    for (const work of this.#works.values()) work.stop()
  }

  /** Resolves when all are over. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await Promise.all([...this.#works.values()].map(({ done }) => done))
  }
}
