import type { AccountQueue, Errand, Waiting } from './account-queue.ts'

/** The queue of a process that shares its accounts with nobody. */
export class LocalQueue implements AccountQueue {
  readonly isShared = false
  readonly #waiting: Readonly<Record<Errand, Map<string, Waiting>>> = { look: new Map(), work: new Map() }

  async leads(): Promise<boolean> {
    return true
  }

  async put(errand: Errand, waiting: readonly Waiting[]): Promise<void> {
    const known = this.#waiting[errand]
    for (const each of waiting) if (!known.has(each.account)) known.set(each.account, each)
  }

  async take(errand: Errand, most: number): Promise<string[]> {
    const known = this.#waiting[errand]
    const first = [...known.values()].toSorted((a, b) => b.urgency - a.urgency).slice(0, most)
    for (const { account } of first) known.delete(account)
    return first.map(({ account }) => account)
  }

  async waiting(errand: Errand): Promise<number> {
    return this.#waiting[errand].size
  }

  async close(): Promise<void> {}
}
