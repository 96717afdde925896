import type { PrismaClient as SqliteClient } from '../../generated/sqlite/client.ts'
import { type Db, raw, type Sql } from '../sql.ts'
import type { OwnWrites } from './own-writes.ts'
import type { JsonSql } from './user-table-dialect.ts'

/** A client for spenddown's own tables. The generated ones are equal (tested): the SQLite one stands for all. */
export type Client = SqliteClient

/** How spenddown's own tables are reached, read and written in one kind of database. */
export interface OwnDialect {
  readonly tables: OwnTables
  readonly writes: OwnWrites
  readonly json: JsonSql
  readonly errors: ErrorCodes
  /** The items of a call `c`, which keeps their places in a JSON list: a row each. */
  readonly callItems: { readonly rows: Sql; readonly seq: Sql }

  /** The package that reaches it, which is installed where it is wanted. */
  readonly driver: string
  /** `most`: connections at the same time, where the database takes several. */
  open(url: string, most?: number): Promise<Client>
  /** Settings that must be made once the database is open. */
  prepare(client: Client): Promise<void>
  /** Options of a transaction that sees one instant only; `never`, since the SQLite client's types know no such level. */
  readonly snapshotOptions: { readonly isolationLevel?: never }
  /** A statement blocks its whole thread, not only its caller. */
  readonly blocksThread: boolean
  /** Only one connection writes at a time, and others look again only now and then. */
  readonly singleWriter: boolean
  /** A queue in it shares many accounts among machines. */
  readonly hasQueue: boolean

  /** Waits for other processes that migrate, and creates the tables' schema. */
  beginMigration(tx: Db): Promise<void>
  /** Lets others migrate, where that does not come with the end of the transaction. */
  endMigration(tx: Db): Promise<void>
  /** The columns of the table of what was applied: name, checksum, applied_at. */
  readonly historyColumns: Sql
  /**
   * Null: all migrations are one transaction. Otherwise each statement commits by itself, and a migration that was begun is
   * gone through again: a statement that fails with such a code was done before. `wording`: as this server reads a statement.
   */
  readonly migrationSteps: { isDone(code: string): boolean; wording(db: Db): Promise<(text: string) => string> } | null
  /** Does writes that do not see each other, to rows of their own; at least one. */
  writeTogether(tx: Db, statements: readonly Sql[]): Promise<void>

  /** A whole number as a parameter of an expression. */
  wholeNumber(value: number): Sql
  /** The value as a floating-point number. */
  real(value: Sql): Sql
  /** A whole number from 0 below 2^31, the same for the same text and seed, and otherwise as if at random. */
  scatter(text: Sql, seed: number): Sql
  /** Ends a subquery whose columns are worked out once a row, however often the statement around it names them. */
  readonly once: Sql
  /** Comes before an INSERT whose SELECT joins much without an index: it may hash. */
  readonly mayHash: Sql
  /** Rows of a subquery with an ORDER BY and a LIMIT are numbered in that order, without a window's own. */
  readonly numbersInOrder: boolean
  /** Whether `column` begins with the text: by code points, whatever the database's collation; never a pattern. */
  startsWith(column: Sql, text: string): Sql
  /** Whether the key is neither among the run's items nor among their duplicates. */
  notInRun(key: Sql, runNo: number): Sql

  /** The database's own clock, epoch milliseconds; null: it has none. */
  clockMs(db: Db): Promise<number | null>
  /** The server takes no writes: a standby, or one that is configured so. */
  isReadOnly(db: Db): Promise<boolean>
}

const TABLES = [
  'account',
  'run',
  'snapshot',
  'item',
  'call',
  'change',
  'decision',
  'duplicate',
  'memory',
  'sentNotice',
  'requestedKey',
  'replyPage',
  'outlook',
  /** The migrations that were applied. */
  'migration',
] as const

/** spenddown's own tables, each as a statement names it. */
export type OwnTables = Readonly<Record<(typeof TABLES)[number], Sql>>

/** As SQLite and PostgreSQL declare them. */
export const HISTORY_COLUMNS = raw('(name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)')

/** `qualified`: a table's bare name as this database's statements write it. */
export function nameOwnTables(qualified: (name: string) => string): OwnTables {
  const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.fromEntries(TABLES.map((name) => [name, raw(qualified(snakeCase(name)))])) as OwnTables
}

/** What a driver said, as Prisma's adapters hand it on. */
export interface DriverError {
  /** SQLSTATE, or SQLite's name such as SQLITE_BUSY; Prisma's own code where the driver gave none. */
  readonly code: string
  readonly kind: string
  readonly message: string
}

/** Classifies errors by their codes. Every database is asked, since an error does not say which one it comes from. */
export interface ErrorCodes {
  /** It passes by itself: shutdown, restart, failover, full disk, lock, conflict. */
  isPassing(code: string): boolean
  /** The database refuses the connection, or is not a database. */
  isRefusingToOpen(code: string): boolean
  /** This user lacks a right. */
  isDenied(code: string): boolean
  /** spenddown's history of migrations is not there. */
  isHistoryMissing(code: string): boolean
  /** Why the database rejects a record's values, without the values; null: the error has another cause. */
  refusalOf(error: DriverError): string | null
  /** A savepoint is gone, because the whole transaction was undone behind our back. */
  isSavepointGone(error: DriverError): boolean
}
