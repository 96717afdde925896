import { Debug } from '@prisma/client/runtime/client'
import { Debug as AdapterDebug } from '@prisma/driver-adapter-utils'
import { InputError } from '../domain/errors/errors.ts'
import { systemClock } from '../domain/time/clock.ts'
import { retryWhileUnavailable } from '../domain/time/retry-while-unavailable.ts'
import { asDatabaseError, driverError } from './database-error.ts'
import { errorCodes, ownDialect } from './dialect/dialect-of.ts'
import type { Client } from './dialect/own-dialect.ts'
import { driverMissing, isPackageMissing } from './optional-packages.ts'
import { type Db, type Dialect, raw } from './sql.ts'

export type { Client }

/** What one of its transactions offers. */
export type Transaction = Parameters<Parameters<Client['$transaction']>[0]>[0] & Db

export interface Connection {
  readonly client: Client
  readonly dialect: Dialect
  /** A statement blocks its whole thread, not only its caller. */
  readonly blocksThread: boolean
  /** Runs `work` in one transaction. On SQLite its first statement must be a write. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Reads, all of it as of one instant, whatever others commit meanwhile. Holds up no writer. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How often a database that is busy is tried. */
const TRIES = 6
/** Prisma's own limits on a transaction are off: a selection of a million records takes its time. */
const TRANSACTION = { maxWait: 60_000, timeout: 24 * 3_600_000 } as const

/**
 * Opens the database that the URL names: `file:…` is SQLite, `postgresql://…` PostgreSQL. `most`: connections at the same
 * time, for many that use it together. Throws InputError where its driver is not installed, or it refuses.
 */
export async function connect(url: string, dialect: Dialect, most?: number): Promise<Connection> {
  const own = ownDialect(dialect)
  const reach = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw isPackageMissing(error) ? driverMissing(own.driver, error) : asOpeningError(error)
    })
  const client = await reach(own.open(url, most))
  const prepare = () => reach(own.prepare(client))
  await retryWhileUnavailable(prepare, TRIES, systemClock)
  return {
    client,
    dialect,
    blocksThread: own.blocksThread,
    transaction: (work) => client.$transaction((tx) => work(tx as Transaction), TRANSACTION).finally(forgetStatements),
    snapshot: (work) =>
      client.$transaction((tx) => work(tx as Transaction), { ...TRANSACTION, ...own.snapshotOptions }),
    close: () => client.$disconnect(),
  }
}

/** Prisma's own, and its adapters'. */
const DEBUG_LOGS = [Debug('spenddown'), AdapterDebug('spenddown')]
const KEPT_MESSAGES = 100

/** Each log keeps its last messages, written or not, and with them the values of statements: empty ones take their place. */
function forgetStatements(): void {
  for (const log of DEBUG_LOGS) for (let kept = 0; kept < KEPT_MESSAGES; kept++) log('')
}

/** A connection whose database has answered; else it is closed again. */
export async function answering(open: () => Promise<Connection>): Promise<Connection> {
  const connection = await open()
  try {
    await ping(connection)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** Checks that the database answers. Throws InputError if it refuses, DatabaseUnavailableError if waiting may help. */
export async function ping({ client }: Pick<Connection, 'client'>): Promise<void> {
  try {
    await client.$queryRaw(raw('SELECT 1'))
  } catch (error) {
    throw asOpeningError(error)
  }
}

/** An error on opening, as a config error if the config is at fault. */
function asOpeningError(error: unknown): unknown {
  const said = driverError(error)
  if (said === null || !errorCodes.isRefusingToOpen(said.code)) return asDatabaseError(error)
  const allowed = 'a database that exists and lets this user in'
  return new InputError('DATABASE_REFUSED', [{ path: 'database.url', found: said.message, allowed }])
}
