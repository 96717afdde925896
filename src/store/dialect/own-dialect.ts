import type { PrismaClient as SqliteClient } from '../../generated/sqlite/client.ts'
import type { Db, Sql } from '../sql.ts'
import type { ErrorCodes } from './driver-error.ts'
import type { JsonSql } from './json-sql.ts'
import type { OwnTables } from './own-tables.ts'

/**
 * A Prisma client for spenddown's own tables. The generated clients have equal models (a test keeps them so); the SQLite
 * one stands for all.
 */
export type Client = SqliteClient

/** How spenddown's own tables are reached, read and written in one kind of database. */
export interface OwnDialect {
  readonly tables: OwnTables
  readonly json: JsonSql
  readonly errors: ErrorCodes
  readonly callItems: CallItemsSql

  open(url: string): Promise<Client>
  /** Settings that must be made once the database is open. */
  prepare(client: Client): Promise<void>
  /** Options of a transaction that sees one instant only; `never`, since the SQLite client's types know no such level. */
  readonly snapshotOptions: { readonly isolationLevel?: never }
  /** A statement holds up the whole thread of this process, not just whoever waits for it. */
  readonly blocksThread: boolean
  /** Only one connection writes at a time, and others look again only now and then. */
  readonly singleWriter: boolean

  /** Waits for whoever else migrates, and makes what the tables are in. */
  beginMigration(tx: Db): Promise<void>
  /** Does writes that do not see each other, to rows of their own; at least one. */
  writeTogether(tx: Db, statements: readonly Sql[]): Promise<void>

  /** A whole number as a parameter of an expression. */
  wholeNumber(value: number): Sql
  /** Whether `column` begins with the text: by code points, whatever the database's collation; never a pattern. */
  startsWith(column: Sql, text: string): Sql
  /** Whether the key is neither among the run's items nor among their duplicates. */
  notInRun(key: Sql, runNo: number): Sql

  /** The database's own clock, epoch milliseconds; null: it has none. */
  clockMs(db: Db): Promise<number | null>
  /** The server takes no writes: a standby, or one that was told so. */
  isReadOnly(db: Db): Promise<boolean>
}

/** The items of a call `c`, which keeps their places in a JSON list: a row each. */
export interface CallItemsSql {
  readonly rows: Sql
  readonly seq: Sql
}
