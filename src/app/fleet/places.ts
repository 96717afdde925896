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

  /** Of the accounts that get nowhere, one for each that waits gives way. Nobody else is held up by them. */
  makeRoom(waiting: readonly string[]): void {
    if (this.free > 0) return
    const stalled = [...this.#works.values()].filter(
      ({ account, isStalled }) => isStalled && !this.#leaving.has(account),
    )
    const wanted = waiting.slice(this.#leaving.size)
    for (const [at, to] of wanted.slice(0, stalled.length).entries()) {
      const work = stalled[at] as Work
      this.#leaving.add(work.account)
      work.giveWay(to)
    }
  }

  /** Resolves when one of them is over, or after `patienceMs`. */
  async change(patienceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs)
    })
    await Promise.race([patience, ...[...this.#works.values()].map(({ done }) => done)])
    clearTimeout(timer)
  }

  stop(): void {
    for (const work of this.#works.values()) work.stop()
  }

  /** Resolves when all are over. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await Promise.all([...this.#works.values()].map(({ done }) => done))
  }
}
