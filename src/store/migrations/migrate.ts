import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { SpenddownError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { retryWhileUnavailable } from '../../domain/time/retry-while-unavailable.ts'
import type { Connection, Transaction } from '../client.ts'
import { asDatabaseError, driverError, isTableMissing, withDatabaseErrors } from '../database-error.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import type { OwnDialect } from '../dialect/own-dialect.ts'
import { type Db, type Dialect, raw, type Sql, sql } from '../sql.ts'

interface Migration {
  /** Sorts by time: "20261121000000_init". */
  readonly name: string
  readonly checksum: string
  readonly statements: readonly string[]
}

/** Another process that migrates at the same moment can make a transaction fail once; it does not twice. */
const TRIES = 5

/**
 * Brings spenddown's own tables up to date in one transaction, or where its statements commit by themselves in steps that
 * are taken again; safe against kills and against a second process that starts at once. Throws DATABASE_NEWER and DATABASE_ALTERED before it changes anything.
 */
export async function migrate(connection: Connection): Promise<{ readonly applied: readonly string[] }> {
  const shipped = readMigrations(connection.dialect)
  const done = await applied(connection)
  if (done !== null && missing(shipped, done).length === 0) return { applied: [] }
  const { apply } = withDatabaseErrors({
    apply: () => connection.transaction((tx) => applyMissing(tx, connection, shipped)),
  })
  return retryWhileUnavailable(apply, TRIES, systemClock)
}

/** The names of the migrations that `migrate` would apply. Changes nothing; throws as it does. */
export async function pendingMigrations(connection: Connection): Promise<readonly string[]> {
  const done = (await applied(connection)) ?? new Map<string, Applied>()
  return missing(readMigrations(connection.dialect), done).map(({ name }) => name)
}

/** The migrations that were applied, with their checksums; null: spenddown has not been there yet. */
async function applied(connection: Connection): Promise<Map<string, Applied> | null> {
  return history(connection.client, connection).catch((error: unknown) => {
    if (isTableMissing(error)) return null
    throw asDatabaseError(error)
  })
}

async function applyMissing(tx: Transaction, connection: Connection, shipped: readonly Migration[]) {
  const { endMigration, migrationSteps } = ownDialect(connection.dialect)
  await begin(tx, connection)
  const done = await history(tx, connection)
  const todo = missing(shipped, done)
  for (const migration of todo) {
    if (migrationSteps === null) await applyWhole(tx, connection, migration)
    else await applyInSteps(tx, connection, migration, migrationSteps, done.has(migration.name))
  }
  await endMigration(tx)
  return { applied: todo.map(({ name }) => name) }
}

async function applyWhole(tx: Transaction, connection: Connection, migration: Migration) {
  for (const statement of migration.statements) await tx.$executeRaw(raw(statement))
  await note(tx, connection, migration, new Date().toISOString())
}

/**
 * Each statement commits by itself. That the migration was begun is noted before, so that whoever goes on with it knows what
 * is there already for its own.
 */
async function applyInSteps(
  tx: Transaction,
  connection: Connection,
  migration: Migration,
  { isDone, wording }: NonNullable<OwnDialect['migrationSteps']>,
  wasBegun: boolean,
) {
  if (!wasBegun) await note(tx, connection, migration, BEGUN)
  const worded = await wording(tx)
  for (const statement of migration.statements) {
    await tx.$executeRaw(raw(worded(statement))).catch((error: unknown) => {
      if (!wasBegun || !isDone(driverError(error)?.code ?? '')) throw error
    })
  }
  await tx.$executeRaw(sql`UPDATE ${historyTable(connection)} SET applied_at = ${new Date().toISOString()}
    WHERE name = ${migration.name}`)
}

/** Stands for the time at which a migration was applied until it is. */
const BEGUN = ''

async function note(tx: Transaction, connection: Connection, { name, checksum }: Migration, appliedAt: string) {
  await tx.$executeRaw(sql`INSERT INTO ${historyTable(connection)} (name, checksum, applied_at)
    VALUES (${name}, ${checksum}, ${appliedAt})`)
}

/** Takes the lock before anything is looked at, and makes the table of what was applied. */
async function begin(tx: Transaction, connection: Connection): Promise<void> {
  await ownDialect(connection.dialect).beginMigration(tx)
  const columns = ownDialect(connection.dialect).historyColumns
  await tx.$executeRaw(sql`CREATE TABLE IF NOT EXISTS ${historyTable(connection)} ${columns}`)
  // On SQLite a transaction has no lock before its first write; CREATE … IF NOT EXISTS writes nothing where it exists.
  await tx.$executeRaw(sql`DELETE FROM ${historyTable(connection)} WHERE name = ''`)
}

function historyTable({ dialect }: Connection): Sql {
  return ownDialect(dialect).tables.migration
}

interface Applied {
  readonly checksum: string
  /** It was begun, and has not come to its end. */
  readonly begun: boolean
}

async function history(db: Db, connection: Connection): Promise<Map<string, Applied>> {
  const done = sql`SELECT name, checksum, applied_at AS at FROM ${historyTable(connection)}`
  const rows = await db.$queryRaw<{ name: string; checksum: string; at: string }[]>(done)
  return new Map(rows.map(({ name, checksum, at }) => [name, { checksum, begun: at === BEGUN }]))
}

/** The migrations still to apply; throws where the database is not one that this version knows. */
function missing(shipped: readonly Migration[], done: ReadonlyMap<string, Applied>): readonly Migration[] {
  const known = new Map(shipped.map((migration) => [migration.name, migration.checksum]))
  for (const [name, { checksum }] of done) {
    const expected = known.get(name)
    if (expected === undefined) {
      const newer = `the database was written by a newer spenddown (it has the migration ${name})`
      const message = `${newer}; install that version or a later one. Nothing was changed.`
      throw new SpenddownError('DATABASE_NEWER', message)
    }
    if (expected !== checksum) {
      const altered = `the migration ${name} is not the one that was applied to this database`
      const message = `${altered}; install the version of spenddown that it was made with. Nothing was changed.`
      throw new SpenddownError('DATABASE_ALTERED', message)
    }
  }
  return shipped.filter(({ name }) => done.get(name)?.begun !== false)
}

/** The migrations that this version ships, oldest first. The folder stands beside dist/, as it does beside src/. */
function readMigrations(dialect: Dialect): Migration[] {
  const folder = new URL(`../../../prisma/${dialect}/migrations/`, import.meta.url)
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  return names.map((name) => {
    const text = readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8')
    return { name, checksum: createHash('sha256').update(text).digest('hex'), statements: statementsOf(text) }
  })
}

/** Statements end with a semicolon at the end of a line; comments are lines of their own. Our migrations keep to that. */
function statementsOf(text: string): string[] {
  const code = text.replace(/^--.*$/gm, '')
  return code
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
}
