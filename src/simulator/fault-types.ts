import * as z from 'zod'

export const share = z.number().min(0).max(1)
export const text = z.string().min(1)
export const durationMs = z
  .number()
  .min(0)
  .max(2 ** 31 - 1)
export const none = z.int().min(0).max(1_000_000_000)

/**
 * When a fault strikes. The conditions given must all hold; with none given it strikes always.
 * So `{ keys: ['a'], next: 2 }` is the next two requests for `a`, and `{ rate: 0.01 }` is one request in a hundred.
 */
const trigger = z.strictObject({
  /** Probability, 0 to 1, seeded. */
  rate: share.optional(),
  /** Lookup keys; a bulk call has it when one of its records has. */
  keys: z.array(text).readonly().optional(),
  /** So many more times, then never again. */
  next: none.optional(),
})
const waiting = trigger.extend({ retryAfterMs: durationMs.optional() })

const LIES = ['missing', 'negative', 'absurd', 'text'] as const

/** What goes wrong with a whole call; none of the first group charges, all of the last but `hang` do. */
const callFaults = {
  /** The connection breaks, and nothing was charged. */
  resetBefore: trigger,
  unauthorized: trigger,
  forbidden: trigger,
  badRequest: trigger,
  unprocessable: trigger,
  /** 451: the law forbids an answer; in bulk about that record alone. */
  legalBlock: trigger,
  /** A 429 that no rate limit explains. */
  error429: waiting,
  error500: trigger,
  error503: waiting,

  /** No answer ever; charged or not by `hangCharges`. */
  hang: trigger,
  /** The connection breaks after the charge. */
  resetAfter: trigger,
  /** A 200 that promises more bytes than come. */
  truncated: trigger,
  /** A 200 with broken JSON. */
  malformed: trigger,
  /** A 200 that is a web page. */
  html: trigger,
  /** A 200 with nothing in its data. */
  emptyData: trigger,
}

/** What goes wrong later, or is wrong with what a good reply says of credits. */
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

export const faults = z.strictObject({ ...callFaults, ...laterFaults }).partial()
/** `null` removes a fault. */
export const faultChanges = z
  .strictObject({
    ...Object.fromEntries(Object.entries(faults.shape).map(([name, fault]) => [name, fault.nullable()])),
  })
  .partial() as unknown as z.ZodType<{ [F in FaultName]?: Faults[F] | null }>

export type Trigger = z.output<typeof trigger>
export type Faults = z.output<typeof faults>
export type Lie = NonNullable<Faults['lyingBalance']>['as']
export type FaultName = keyof Faults
export type CallFaultName = keyof typeof callFaults
