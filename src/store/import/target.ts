import type { Column, UserTable } from '../user-table/user-table.ts'

export interface ImportColumn extends Column {
  /** 'key': tells persons apart. 'value': changed where it differs. 'new': for a new record only. Keys never change. */
  readonly role: 'key' | 'value' | 'new'
  /** A new record cannot do without it. */
  readonly required: boolean
}

/** The user's table, as one import writes it. Plain data: it can be cloned and sent to a worker. */
export interface ImportTarget {
  readonly table: UserTable
  /** In the order of a row's values. */
  readonly columns: readonly ImportColumn[]
  /** A null overwrites; without it no null ever comes. */
  readonly nullsOverwrite: boolean
}
