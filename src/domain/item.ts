/** Where an item can end. Everything else is `pending`: still to do, or being done. */
export const ITEM_END_STATES = ['refreshed', 'notFound', 'failed', 'unknown', 'superseded'] as const

export type ItemEndState = (typeof ITEM_END_STATES)[number]
export type ItemState = 'pending' | ItemEndState

/** An item that a call is about to be made for. */
export interface OpenItem {
  /** Its place in the run, from 1. */
  readonly seq: number
  readonly key: string
  /** Calls already made for it that count as attempts. */
  readonly attempts: number
  /** The record's refreshedAt as it was when selected, in the database's text form; null: never refreshed. */
  readonly selectedAt: string | null
}

/** A record that would send the same request as an item: it is not asked for, and gets the item's result. */
export interface Twin {
  readonly key: string
  readonly selectedAt: string | null
}

export type ItemCounts = Readonly<Record<ItemEndState, number>>

export const NO_ITEMS: ItemCounts = { refreshed: 0, notFound: 0, failed: 0, unknown: 0, superseded: 0 }
