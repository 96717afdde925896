import { raw, type Sql } from '../sql.ts'

const NAMES = {
  account: 'account',
  run: 'run',
  snapshot: 'snapshot',
  item: 'item',
  call: 'call',
  change: 'change',
  decision: 'decision',
  duplicate: 'duplicate',
  memory: 'memory',
  sentNotice: 'sent_notice',
  requestedKey: 'requested_key',
  replyPage: 'reply_page',
  /** The migrations that were applied. */
  migration: 'migration',
} as const

/** spenddown's own tables, each as a statement names it. */
export type OwnTables = Readonly<Record<keyof typeof NAMES, Sql>>

/** `qualified`: a table's bare name as this database's statements write it. */
export function nameOwnTables(qualified: (name: string) => string): OwnTables {
  const tables = Object.entries(NAMES).map(([table, name]) => [table, raw(qualified(name))])
  return Object.fromEntries(tables) as OwnTables
}
