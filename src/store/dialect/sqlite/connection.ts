import { raw } from '../../sql.ts'
import type { Client } from '../own-dialect.ts'

/** How long a statement waits for another process's lock, in milliseconds. */
const BUSY_TIMEOUT_MS = 5_000

export async function openSqlite(url: string): Promise<Client> {
  const [{ PrismaClient }, { PrismaBetterSqlite3 }] = await Promise.all([
    import('../../../generated/sqlite/client.ts'),
    import('@prisma/adapter-better-sqlite3'),
  ])
  return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url, timeout: BUSY_TIMEOUT_MS }) })
}

/** Turning WAL on needs the file for oneself for a moment. */
export async function prepareSqlite(client: Client): Promise<void> {
  await client.$queryRaw(raw('PRAGMA journal_mode = WAL'))
  // WAL's default, NORMAL, loses the last commits when the power fails. What they hold was paid for.
  await client.$executeRaw(raw('PRAGMA synchronous = FULL'))
  await client.$executeRaw(raw('PRAGMA cache_size = -65536'))
  // At SQLite's own 1,000 pages nearly every checkpoint of ours would copy the log into the file as well.
  await client.$queryRaw(raw('PRAGMA wal_autocheckpoint = 8000'))
}
