import type { Evidence, Violation } from './play/evidence.ts'

/** What was played so far, and what came of it. */
export class Score {
  private worlds = 0
  private failed = 0
  private processes = 0
  private deaths = 0
  private readonly byPromise = new Map<string, number>()

  count({ children }: Evidence, violations: readonly Violation[]): void {
    this.worlds += 1
    this.processes += children.length
    this.deaths += children.filter(({ killedAt }) => killedAt !== null).length
    if (violations.length > 0) this.failed += 1
    for (const name of new Set(violations.map(({ promise, check }) => `${promise} ${check}`))) {
      this.byPromise.set(name, (this.byPromise.get(name) ?? 0) + 1)
    }
  }

  /** A world that the judge itself could not play to its end. */
  countBroken(): void {
    this.worlds += 1
    this.failed += 1
  }

  get played(): number {
    return this.worlds
  }

  get kills(): number {
    return this.deaths
  }

  get isClean(): boolean {
    return this.failed === 0
  }

  lines(): string[] {
    const broken = [...this.byPromise].toSorted().map(([name, worlds]) => `  promise ${name}: ${worlds} worlds`)
    return [
      `${this.worlds} worlds, ${this.processes} processes, ${this.deaths} kills; broken:${broken.length === 0 ? ' nothing' : ''}`,
      ...broken,
      `${this.worlds - this.failed} passed, ${this.failed} failed`,
    ]
  }
}
