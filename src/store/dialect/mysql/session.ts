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

export async function open(url: string, most = 4): Promise<Client> {
  const config = { ...configOf(url), connectionLimit: most }
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

/** What the server says of itself, and what the session has kept of its settings. */
interface Server {
  readonly version: string
  readonly kept: string
  readonly packet: bigint | number
  readonly statements: number
  readonly nulls: number | bigint
  readonly flushed: number | bigint
}

/** A connection of its own: why a pool cannot connect, it tells only when it has given up. */
async function checkServer(config: PoolConfig): Promise<void> {
  let connection: Connection | undefined
  try {
    connection = await createConnection(config)
    const [{ version }] = await connection.query<[{ version: string }]>('SELECT version() AS version')
    if (isOld(version)) throw refused(`version ${version}`, 'MySQL 8.0.16 or later, or MariaDB 10.6 or later')
    for (const statement of SESSION) await connection.query(statement)
    const [server] = await connection.query<[Server]>(`SELECT version() AS version, @@max_allowed_packet AS packet,
      concat_ws(' ', @@sql_mode, @@time_zone, /*M! @@tx_isolation */ /*!80000 @@transaction_isolation */) AS kept,
      @@innodb_flush_log_at_trx_commit AS flushed, @@log_bin AND @@binlog_format = 'STATEMENT' AS statements,
      (SELECT count(*) FROM JSON_TABLE('[[null]]', '$[*]' COLUMNS (v LONGTEXT PATH '$[0]')) AS j WHERE j.v IS NULL) AS nulls`)
    for (const [isSo, found, needed] of refusals(server)) if (isSo) throw refused(found, needed)
  } catch (error) {
    throw asDriverError(error)
  } finally {
    await connection?.end().catch(() => {})
  }
}

/** Below MySQL 8.0.16 or MariaDB 10.6, which says "5.5.5-" first to old replicas. */
function isOld(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version
    .replace(/^5\.5\.5-/, '')
    .split('.', 3)
    .map(Number.parseFloat)
  return major * 10_000 + minor * 100 + patch < (/mariadb/i.test(version) ? 100_600 : 80_016)
}

const KEPT = /ANSI_QUOTES.*STRICT_ALL_TABLES.* \+00:00 READ-COMMITTED$/
/** The largest batch, with room. */
const LEAST_PACKET = 16 * 1024 * 1024

type Refusal = readonly [isSo: boolean, found: string, needed: string]

function refusals({ version, kept, packet, nulls, flushed, statements }: Server): readonly Refusal[] {
  const proxied = `a server, or a proxy before it, that does not keep a session's settings (it has ${kept})`
  const unsafe = `a server with innodb_flush_log_at_trx_commit = ${flushed}, which loses commits when the power fails`
  return [
    [!KEPT.test(kept), proxied, 'one on which SET SESSION holds: else values are cut without a word'],
    [Number(nulls) !== 1, `a server (${version}) that reads null in JSON as text`, 'one of its later fixes'],
    [
      Number(packet) < LEAST_PACKET,
      `a server with max_allowed_packet = ${packet}`,
      `max_allowed_packet = ${LEAST_PACKET} or more, on the server`,
    ],
    // No session can ask for it. What a commit holds was paid for.
    [Number(flushed) !== 1, unsafe, 'innodb_flush_log_at_trx_commit = 1, on the server'],
    [
      Number(statements) === 1,
      'a server with binlog_format = STATEMENT',
      'binlog_format = ROW or MIXED: spenddown reads what is committed',
    ],
  ]
}

/** As if the server had said it: Prisma passes on nothing else. */
function refused(found: string, needed: string): DriverAdapterError {
  const message = `${found}; needed: ${needed}`
  const told = { kind: 'mysql' as const, code: 0, message, state: '' }
  return new DriverAdapterError({ ...told, originalCode: REFUSED, originalMessage: message })
}
