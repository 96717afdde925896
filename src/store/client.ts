import { systemClock } from '../domain/clock.ts'
import { patiently } from '../domain/patience.ts'
import type { PrismaClient as SqliteClient } from '../generated/sqlite/client.ts'
import { asOpeningError } from './reach.ts'
import { type Db, type Dialect, raw } from './sql.ts'

/**
 * A Prisma client for spenddown's own tables. The two generated clients have equal models (a test keeps them so);
 * the SQLite one stands for both.
 */
export type Client = SqliteClient

/** What one of its transactions offers. */
export type Transaction = Parameters<Parameters<Client['$transaction']>[0]>[0] & Db

export interface Connection {
  readonly client: Client
  readonly dialect: Dialect
  /** Runs `work` in one transaction. On SQLite its first statement must be a write. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Reads, all of it as of one instant, whatever others commit meanwhile. Holds up no writer. */
  snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How long a statement waits for another process's lock on SQLite, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000
/** How often a database that is busy is tried. */
const TRIES = 6
/** Prisma's own limits on a transaction are off: a selection of a million records takes its time. */
const TRANSACTION = { maxWait: 60_000, timeout: 24 * 3_600_000 } as const

/**
 * Settings of a PostgreSQL session, whatever the server's defaults: a commit waits until it is on disk, since what it
 * holds was paid for; instants as text are in UTC; a transaction sees
 * what others committed while it waited for a lock; a lock is not waited for without end; and a process that was
 * paused in the middle of a transaction does not keep its locks from whoever takes over.
 */
const SESSION = [
  '-c synchronous_commit=on',
  '-c timezone=UTC',
  '-c default_transaction_isolation=read\\ committed',
  '-c lock_timeout=30s',
  '-c idle_in_transaction_session_timeout=15s',
].join(' ')

/** Opens the database that the URL names: `file:…` is SQLite, `postgresql://…` PostgreSQL. */
export async function connect(url: string, dialect: Dialect): Promise<Connection> {
  const client = dialect === 'sqlite' ? await openSqlite(url) : await openPostgresql(url)
  // On SQLite a transaction sees what there was at its first statement anyway (WAL).
  const frozen = dialect === 'sqlite' ? TRANSACTION : { ...TRANSACTION, isolationLevel: 'RepeatableRead' as never }
  return {
    client,
    dialect,
    transaction: (work) => client.$transaction((tx) => work(tx as Transaction), TRANSACTION),
    snapshot: (work) => client.$transaction((tx) => work(tx as Transaction), frozen),
    close: () => client.$disconnect(),
  }
}

async function openSqlite(url: string): Promise<Client> {
  const [{ PrismaClient }, { PrismaBetterSqlite3 }] = await Promise.all([
    import('../generated/sqlite/client.ts'),
    import('@prisma/adapter-better-sqlite3'),
  ])
  const client = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: BUSY_TIMEOUT_MS }) })
  await patiently(() => setUp(client), TRIES, systemClock)
  return client
}

/** Settings of a SQLite connection. Turning WAL on needs the file for oneself for a moment. */
async function setUp(client: Client): Promise<void> {
  try {
    await client.$queryRaw(raw('PRAGMA journal_mode = WAL'))
    // WAL's default, NORMAL, loses the last commits when the power fails. What they hold was paid for.
    await client.$executeRaw(raw('PRAGMA synchronous = FULL'))
    await client.$executeRaw(raw('PRAGMA cache_size = -65536'))
    // At SQLite's own 1,000 pages nearly every checkpoint of ours would copy the log into the file as well.
    await client.$queryRaw(raw('PRAGMA wal_autocheckpoint = 8000'))
  } catch (error) {
    throw asOpeningError(error)
  }
}

async function openPostgresql(url: string): Promise<Client> {
  const [{ PrismaClient }, { PrismaPg }] = await Promise.all([
    import('../generated/postgresql/client.ts'),
    import('@prisma/adapter-pg'),
  ])
  const adapter = new PrismaPg(
    {
      connectionString: url,
      application_name: 'spenddown',
      max: 4,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      options: SESSION,
    },
    // A lost idle connection shows at the next statement; without a listener it would end the process.
    { schema: 'spenddown', onPoolError: () => {}, onConnectionError: () => {} },
  )
  return new PrismaClient({ adapter }) as unknown as Client
}
