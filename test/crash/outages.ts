import { setTimeout as sleep } from 'node:timers/promises'
import * as mariadb from 'mariadb'
import pg from 'pg'
import { raw } from '../../src/store/sql.ts'
import { MYSQL_URL } from '../support/mysql-url.ts'
import { POSTGRES_URL } from '../support/postgres-url.ts'
import type { Stage } from './stage.ts'

/** Ends every connection to the stage's database on its server, every so often, until the returned function is called. */
export function keepDisconnecting({ database }: Stage, everyMs: number): () => Promise<number> {
  let going = true
  let ended = 0
  const name = nameOf(database.url)
  const keep = async (disconnect: () => Promise<number>) => {
    while (going) {
      ended += await disconnect()
      await sleep(everyMs)
    }
  }
  const work =
    database.dialect === 'mysql'
      ? withMysql((connection) => keep(() => disconnectMysql(connection, name)))
      : onServer((client) => keep(() => disconnectAll(client, name)))
  return async () => {
    going = false
    await work
    return ended
  }
}

/**
 * Makes the stage's database unreachable: PostgreSQL refuses and drops connections, MariaDB drops each that is opened, SQLite
 * is locked by another.
 */
export async function takeAway({ database }: Stage, forMs: number): Promise<void> {
  if (database.dialect === 'sqlite') return lockSqlite(database, forMs)
  if (database.dialect === 'mysql') return keepMysqlAway(nameOf(database.url), forMs)
  const name = nameOf(database.url)
  await onServer(async (client) => {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    await disconnectAll(client, name)
    await sleep(forMs)
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
  })
}

async function lockSqlite({ connection }: Stage['database'], forMs: number): Promise<void> {
  await connection.transaction(async (tx) => {
    await tx.$executeRaw(raw('UPDATE people SET email = email WHERE id = 1'))
    await sleep(forMs)
  })
}

async function keepMysqlAway(name: string, forMs: number): Promise<void> {
  const until = Date.now() + forMs
  await withMysql(async (connection) => {
    while (Date.now() < until) {
      await disconnectMysql(connection, name)
      await sleep(5)
    }
  })
}

async function disconnectMysql(connection: mariadb.Connection, name: string): Promise<number> {
  const open = await connection.query<{ id: bigint }[]>(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ?',
    [name],
  )
  for (const { id } of open) await connection.query(`KILL CONNECTION ${id}`).catch(() => {})
  return open.length
}

async function withMysql(work: (connection: mariadb.Connection) => Promise<void>): Promise<void> {
  const connection = await mariadb.createConnection(MYSQL_URL.replace(/^mysql:/, 'mariadb:'))
  try {
    await work(connection)
  } finally {
    await connection.end()
  }
}

async function disconnectAll(client: pg.Client, name: string): Promise<number> {
  const { rowCount } = await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [name],
  )
  return rowCount ?? 0
}

async function onServer(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1)
}
