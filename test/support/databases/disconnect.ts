import type * as mariadb from 'mariadb'
import pg from 'pg'
import type { Dialect } from '../../../src/store/sql.ts'
import { withMysql } from './mysql-url.ts'
import { POSTGRES_URL } from './postgres-url.ts'

/** A server's own connection, which is not one of the database's. */
export type Server = Exclude<Dialect, 'sqlite'>
/** Ends every connection to the database that it was made for; answers how many. */
export type Disconnect = () => Promise<number>

/** Holds a connection to the server for as long as `work` takes. */
export function onServerOf(
  url: string,
  dialect: Server,
  work: (disconnect: Disconnect) => Promise<void>,
): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  if (dialect === 'mysql') return withMysql((connection) => work(() => disconnectMysql(connection, name)))
  return withPostgresql((client) => work(() => disconnectPostgresql(client, name)))
}

async function disconnectMysql(connection: mariadb.Connection, name: string): Promise<number> {
  const open = await connection.query<{ id: bigint }[]>(
    'SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = ?',
    [name],
  )
  for (const { id } of open) await connection.query(`KILL CONNECTION ${id}`).catch(() => {})
  return open.length
}

async function disconnectPostgresql(client: pg.Client, name: string): Promise<number> {
  const { rowCount } = await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
    [name],
  )
  return rowCount ?? 0
}

export async function withPostgresql<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: POSTGRES_URL })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
