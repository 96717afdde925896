/**
 * When a fault strikes. The conditions given must all hold; with none given it strikes always.
 * So `{ keys: ['a'], next: 2 }` is the next two requests for `a`, and `{ rate: 0.01 }` is one request in a hundred.
 */
export type Trigger = {
  /** Probability, 0 to 1, seeded. */
  rate?: number
  /** Lookup keys; a bulk call has it when one of its records has. */
  keys?: readonly string[]
  /** So many more times, then never again. */
  next?: number
}

/** `missing` · `negative` · `absurd` (1e15) · `text` (`abc`) · `stale` (as it was `staleBy` bill entries ago). */
export type Lie = 'missing' | 'negative' | 'absurd' | 'text' | 'stale'

/** What goes wrong with a whole call; none of the first group charges, all of the last but `hang` do. */
export type CallFaults = {
  /** The connection breaks, and nothing was charged. */
  resetBefore?: Trigger
  unauthorized?: Trigger
  forbidden?: Trigger
  badRequest?: Trigger
  unprocessable?: Trigger
  /** 451: the law forbids an answer; in bulk about that record alone. */
  legalBlock?: Trigger
  /** A 429 that no rate limit explains. */
  error429?: Trigger & { retryAfterMs?: number }
  error500?: Trigger
  error503?: Trigger & { retryAfterMs?: number }

  /** No answer ever; charged or not by `hangCharges`. */
  hang?: Trigger
  /** The connection breaks after the charge. */
  resetAfter?: Trigger
  /** A 200 that promises more bytes than come. */
  truncated?: Trigger
  /** A 200 with broken JSON. */
  malformed?: Trigger
  /** A 200 that is a web page. */
  html?: Trigger
  /** A 200 with nothing in its data. */
  emptyData?: Trigger
}

/** What is wrong with what a good reply says of credits. */
export type Lies = {
  lyingBalance?: Trigger & { as: Lie; staleBy?: number; on?: 'headers' | 'account' | 'both' }
  /** In `x-credits-charged`. */
  lyingCharge?: Trigger & { as: Exclude<Lie, 'stale'> }
}

/** What goes wrong with a job after its submission was answered. */
export type JobFaults = {
  /** It ends without results; what it was charged on arrival stays charged. */
  jobFails?: Trigger
}

export type Faults = CallFaults & JobFaults & Lies

export type FaultName = keyof Faults
export type CallFaultName = keyof CallFaults
export type LaterFaultName = keyof JobFaults | keyof Lies
