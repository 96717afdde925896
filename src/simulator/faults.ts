import type { CallFaultName, FaultName, Faults, Trigger } from './fault-types.ts'
import { type Random, randomStream } from './random.ts'

/** What becomes of a call that a fault strikes. */
export type FaultEffect =
  | { does: 'refuse'; status: number }
  | { does: 'break'; charges: boolean }
  | { does: 'hang' }
  | { does: 'truncate' }
  | { does: 'spoil'; body: SpoiltBody }

/** Bodies that a client cannot use. */
export type SpoiltBody = 'malformed' | 'html' | 'empty'

/** Every fault of a call, in the order in which they are tried; the first to strike is the one. */
export const faultEffects: Record<CallFaultName, FaultEffect> = {
  resetBefore: { does: 'break', charges: false },
  unauthorized: { does: 'refuse', status: 401 },
  forbidden: { does: 'refuse', status: 403 },
  badRequest: { does: 'refuse', status: 400 },
  unprocessable: { does: 'refuse', status: 422 },
  legalBlock: { does: 'refuse', status: 451 },
  error429: { does: 'refuse', status: 429 },
  error500: { does: 'refuse', status: 500 },
  error503: { does: 'refuse', status: 503 },
  hang: { does: 'hang' },
  resetAfter: { does: 'break', charges: true },
  truncated: { does: 'truncate' },
  malformed: { does: 'spoil', body: 'malformed' },
  html: { does: 'spoil', body: 'html' },
  emptyData: { does: 'spoil', body: 'empty' },
}

const callFaultNames = Object.keys(faultEffects) as CallFaultName[]

type Armed = { keys: ReadonlySet<string> | null; rate: number; left: number; random: Random }

/** The faults in force, and how often each is still to strike. */
export class FaultBox {
  readonly #seed: number
  readonly #armed = new Map<FaultName, Armed>()
  readonly #struck = new Map<FaultName, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** Arms what changed between two behaviours; the others go on with what is left of their `next`. */
  change(before: Faults, after: Faults): void {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<FaultName>) {
      const trigger = after[name]
      if (trigger === before[name]) continue
      if (trigger) this.#armed.set(name, this.#arm(name, trigger))
      else this.#armed.delete(name)
    }
  }

  /** The fault that strikes a call for these keys, if one does. */
  pick(keys: readonly string[], except: readonly CallFaultName[] = []): CallFaultName | undefined {
    if (this.#armed.size === 0) return undefined
    return callFaultNames.find((name) => !except.includes(name) && this.strikes(name, keys))
  }

  /** Whether this fault strikes now; asking counts as a strike. */
  strikes(name: FaultName, keys: readonly string[]): boolean {
    const armed = this.#armed.get(name)
    if (!armed || armed.left <= 0) return false
    if (armed.keys && !keys.some((key) => armed.keys?.has(key))) return false
    if (armed.rate < 1 && armed.random() >= armed.rate) return false
    armed.left--
    this.#struck.set(name, (this.#struck.get(name) ?? 0) + 1)
    return true
  }

  /** How often each fault has struck. */
  get struck(): Record<string, number> {
    return Object.fromEntries(this.#struck)
  }

  #arm(name: FaultName, { keys, rate, next }: Trigger): Armed {
    return {
      keys: keys ? new Set(keys) : null,
      rate: rate ?? 1,
      left: next ?? Number.POSITIVE_INFINITY,
      random: this.#armed.get(name)?.random ?? randomStream(this.#seed, name),
    }
  }
}
