/** The end states of an item. Any other item is `pending`. */
export const ITEM_END_STATES = ['refreshed', 'notFound', 'failed', 'unknown', 'superseded'] as const

export type ItemEndState = (typeof ITEM_END_STATES)[number]
export type ItemState = 'pending' | ItemEndState

/** An item that has not ended. */
export interface OpenItem {
  /** Its position in the run, from 1. */
  readonly seq: number
  readonly key: string
  /** Calls already made for it that count as attempts. */
  readonly attempts: number
  /** The record's refreshedAt as it was when selected, in the database's text form; null: never refreshed. */
  readonly selectedAt: string | null
}

export interface Item extends OpenItem {
  readonly state: ItemState
  readonly reason: string | null
}

/** A duplicate: a record with the same request as an item. It is not requested itself, and gets the item's result. */
export interface Duplicate {
  readonly key: string
  readonly selectedAt: string | null
}

export type ItemCounts = Readonly<Record<ItemEndState, number>>
