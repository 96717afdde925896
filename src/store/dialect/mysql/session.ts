import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import { type Connection, createConnection, defaultOptions, type PoolConfig } from 'mariadb'
import { PrismaClient } from '../../../generated/mysql/client.ts'
import type { Client } from '../own-dialect.ts'
import { asDriverError, NumberedMariaDb } from './adapter.ts'
import { REFUSED } from './errors.ts'
import { readyPool } from './ready-pool.ts'
import { TEXTS } from './texts.ts'

/**
 * Session settings, whatever the server's defaults. Nothing is cut to fit a column (STRICT), "x" is a name and || joins texts,
 * as in the other databases; instants are UTC's; texts that are not a column's are compared by their bytes; waits for locks
 * end; and a process that was paused within a transaction does not keep its locks from its successor.
 */
const SESSION = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT',
    time_zone = '+00:00', innodb_lock_wait_timeout = 30, foreign_key_checks = 1, unique_checks = 1,
    collation_connection = (SELECT c.COLLATION_NAME FROM information_schema.COLLATIONS AS c
      WHERE c.COLLATION_NAME IN ('${TEXTS.join("', '")}') ORDER BY c.COLLATION_NAME DESC LIMIT 1)
    /*M! , idle_transaction_timeout = 15 */ /*!80000 , wait_timeout = 60 */`,
  // A transaction sees what others committed while it waited for a lock, and locks no gaps between records.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]

export async function open(url: string): Promise<Client> {
  const config = configOf(url)
  let checked = false
  const check = async () => {
    if (!checked) await checkServer(config)
    checked = true
  }
  const adapter = new NumberedMariaDb(readyPool(config, SESSION), String(config.database), check)
  return new PrismaClient({ adapter }) as unknown as Client
}

/** What the URL says, and what spenddown needs: counts of rows that were found, not of those that something changed. */
function configOf(url: string): PoolConfig {
  const told = defaultOptions(url.replace(/^mysql:/i, 'mariadb:')) as PoolConfig
  return {
    ...told,
    connectionLimit: 4,
    connectTimeout: 10_000,
    minimumIdle: 1,
    acquireTimeout: 10_000,
    // The pool asks whether a connection lives that was idle so long, ms: servers close those.
    minDelayValidation: 500,
    foundRows: true,
    keepAliveDelay: 30_000,
    multipleStatements: false,
    prepareCacheLength: 0,
    bigIntAsNumber: false,
    decimalAsNumber: false,
    insertIdAsNumber: false,
  }
}

interface Server {
  readonly version: string
  readonly packet: bigint | number
  readonly statements: number
  readonly nulls: number | bigint
  readonly flushed: number | bigint
  /** What the session has kept of its settings. */
  readonly kept: string
}

const KEPT = /ANSI_QUOTES.*STRICT_ALL_TABLES.* \+00:00 READ-COMMITTED$/

/** The largest batch, with room. */
const LEAST_PACKET = 16 * 1024 * 1024

/** A connection of its own: why a pool cannot connect, it tells only when it has given up. */
async function checkServer(config: PoolConfig): Promise<void> {
  let connection: Connection | undefined
  try {
    connection = await createConnection(config)
    const [{ version }] = await connection.query<[{ version: string }]>('SELECT version() AS version')
    refuseOld(version)
    for (const statement of SESSION) await connection.query(statement)
    const [server] = await connection.query<[Server]>(`SELECT version() AS version, @@max_allowed_packet AS packet,
      @@innodb_flush_log_at_trx_commit AS flushed, @@log_bin AND @@binlog_format = 'STATEMENT' AS statements,
      concat_ws(' ', @@sql_mode, @@time_zone, /*M! @@tx_isolation */ /*!80000 @@transaction_isolation */) AS kept,
      (SELECT count(*) FROM JSON_TABLE('[[null]]', '$[*]' COLUMNS (v LONGTEXT PATH '$[0]')) AS j WHERE j.v IS NULL) AS nulls`)
    refuse(server)
  } catch (error) {
    throw asDriverError(error)
  } finally {
    await connection?.end().catch(() => {})
  }
}

const LEAST: Readonly<Record<string, readonly number[]>> = { MariaDB: [10, 6, 0], MySQL: [8, 0, 16] }

function refuseOld(version: string): void {
  const name = /mariadb/i.test(version) ? 'MariaDB' : 'MySQL'
  // MariaDB says "5.5.5-" first to old replicas.
  const numbers = version
    .replace(/^5\.5\.5-/, '')
    .split('.', 3)
    .map((part) => Number.parseInt(part, 10))
  const [major = 0, minor = 0, patch = 0] = LEAST[name] ?? []
  const [a = 0, b = 0, c = 0] = numbers
  const isOld = a !== major ? a < major : b !== minor ? b < minor : c < patch
  if (isOld) throw refused(`${name} ${version}`, 'MySQL 8.0.16 or later, or MariaDB 10.6 or later')
}

function refuse({ version, packet, statements, nulls, flushed, kept }: Server): void {
  if (!KEPT.test(kept))
    throw refused(
      `a server, or a proxy before it, that does not keep a session's settings (it has ${kept})`,
      'a connection that SET SESSION holds for: values would be cut without a word',
    )
  if (Number(nulls) !== 1)
    throw refused(`a server (${version}) that reads null in JSON as text`, 'one of its later fixes')
  if (Number(packet) < LEAST_PACKET)
    throw refused(
      `a server with max_allowed_packet = ${packet}`,
      `max_allowed_packet = ${LEAST_PACKET} or more, on the server`,
    )
  // No session can ask for it. What a commit holds was paid for.
  if (Number(flushed) !== 1)
    throw refused(
      `a server with innodb_flush_log_at_trx_commit = ${flushed}, which loses commits when the power fails`,
      'innodb_flush_log_at_trx_commit = 1, on the server',
    )
  if (Number(statements) === 1)
    throw refused(
      'a server with binlog_format = STATEMENT',
      'binlog_format = ROW or MIXED: spenddown reads what is committed',
    )
}

/** As if the server had said it: Prisma passes on nothing else. */
function refused(found: string, needed: string): DriverAdapterError {
  const message = `${found}; needed: ${needed}`
  return new DriverAdapterError({
    kind: 'mysql',
    code: 0,
    message,
    state: '',
    originalCode: REFUSED,
    originalMessage: message,
  })
}
