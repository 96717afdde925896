import type { Credits } from '../credits/credits.ts'

/** A call in flight. `seen`: the cost of all replies by the time it was sent, which the balance in its reply must include. */
export interface InFlight {
  readonly reservation: Credits
  readonly seen: Credits
  /** How many calls had been lost when it was sent; null: it was sent again, so its reply may be an old one. */
  readonly losses: number | null
  /** How many doubts had been raised when it was sent; null: its balance may be an old one. */
  readonly doubts: number | null
}

/** A reported balance, and the costs that it may include. */
export interface Told {
  readonly balance: Credits
  /** The call or balance request that returned it. */
  readonly inFlight: InFlight
  /** What that call cost; null: it was a balance request. */
  readonly cost: Credits | null
  /** No better balance is available: it is from the endpoint, or there is no endpoint. */
  readonly last: boolean
  /** Costs that it may or may not include. */
  readonly unsure: Credits
  /** The most that unknown calls can have cost. */
  readonly unknown: Credits
  /** The part of it that stays unknown, since other runs will send their calls again. */
  readonly kept: Credits
  /** The balance by the books of earlier processes, less every known cost since; null: they know none for certain. */
  readonly lastKnown: Credits | null
}

/** Where balances come from: an endpoint that can be requested at any time, replies to calls only, or nowhere. */
export type Watch = 'endpoint' | 'replies' | 'nowhere'

export type Report =
  | { readonly kind: 'agrees' }
  /** Someone else has spent at least this much since the last report. */
  | { readonly kind: 'outside'; readonly credits: Credits }
  /** An earlier balance was too low by this much, as two others show; `surely`: both were requested later. */
  | { readonly kind: 'restored'; readonly credits: Credits; readonly surely: boolean }
  /** The balance is higher than possible: outdated or wrong. It is ignored. */
  | { readonly kind: 'too-high'; readonly by: Credits }
