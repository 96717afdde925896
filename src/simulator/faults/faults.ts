import * as z from 'zod'
import { type Random, randomStream } from '../lookups/random.ts'

export const share = z.number().min(0).max(1)
export const text = z.string().min(1)
export const durationMs = z
  .number()
  .min(0)
  .max(2 ** 31 - 1)
export const none = z.int().min(0).max(1_000_000_000)

/** When a fault strikes: if all conditions hold. `{ keys: ['a'], next: 2 }` means the next two requests for `a`. */
const trigger = z.strictObject({
  /** Probability, 0 to 1, seeded. */
  rate: share.optional(),
  /** Lookup keys; of a bulk call, one of them is enough. */
  keys: z.array(text).readonly().optional(),
  /** So many more times, then never again. */
  next: none.optional(),
})
const waiting = trigger.extend({ retryAfterMs: durationMs.optional() })

const LIES = ['missing', 'negative', 'absurd', 'text'] as const

export type FaultEffect =
  | { does: 'refuse'; status: number }
  | { does: 'break'; charges: boolean }
  | { does: 'hang' }
  | { does: 'truncate' }
  | { does: 'spoil'; body: SpoiltBody }

export type SpoiltBody = 'malformed' | 'html' | 'empty'

/** The faults of a whole call, in the order in which they are tried; the first to strike is the one. */
export const faultEffects = {
  /** The connection breaks, and nothing was charged. */
  resetBefore: { does: 'break', charges: false },
  unauthorized: { does: 'refuse', status: 401 },
  forbidden: { does: 'refuse', status: 403 },
  badRequest: { does: 'refuse', status: 400 },
  unprocessable: { does: 'refuse', status: 422 },
  /** The law forbids an answer; in bulk about that record alone. */
  legalBlock: { does: 'refuse', status: 451 },
  /** A 429 that no rate limit explains. */
  error429: { does: 'refuse', status: 429 },
  error500: { does: 'refuse', status: 500 },
  error503: { does: 'refuse', status: 503 },
  /** There is no answer; `hangCharges` says whether it is charged. */
  hang: { does: 'hang' },
  /** The connection breaks after the charge. The faults below are charged, too. */
  resetAfter: { does: 'break', charges: true },
  /** A 200 that promises more bytes than come. */
  truncated: { does: 'truncate' },
  /** A 200 with broken JSON. */
  malformed: { does: 'spoil', body: 'malformed' },
  /** A 200 that is a web page. */
  html: { does: 'spoil', body: 'html' },
  /** A 200 with nothing in its data. */
  emptyData: { does: 'spoil', body: 'empty' },
} as const satisfies Record<string, FaultEffect>

export type CallFaultName = keyof typeof faultEffects
const callFaultNames = Object.keys(faultEffects) as CallFaultName[]

/** Faults of jobs, and of what a good reply reports of credits. */
const laterFaults = {
  /** A job ends without results; what it was charged on arrival stays charged. */
  jobFails: trigger,
  /** `missing` · `negative` · `absurd` (1e15) · `text` (`abc`) · `stale` (as it was `staleBy` bill entries ago). */
  lyingBalance: trigger.extend({
    as: z.enum([...LIES, 'stale']),
    staleBy: none.optional(),
    on: z.enum(['headers', 'account', 'both']).optional(),
  }),
  /** In `x-credits-charged`. */
  lyingCharge: trigger.extend({ as: z.enum(LIES) }),
}

const callFaults = Object.fromEntries(callFaultNames.map((name) => [name, trigger])) as Record<
  CallFaultName,
  typeof trigger
>

export const faults = z.strictObject({ ...callFaults, error429: waiting, error503: waiting, ...laterFaults }).partial()
/** `null` removes a fault. */
export const faultChanges = z
  .strictObject(Object.fromEntries(Object.entries(faults.shape).map(([name, fault]) => [name, fault.nullable()])))
  .partial() as unknown as z.ZodType<{ [F in FaultName]?: Faults[F] | null }>

type Trigger = z.output<typeof trigger>
export type Faults = z.output<typeof faults>
export type Lie = NonNullable<Faults['lyingBalance']>['as']
type FaultName = keyof Faults

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
