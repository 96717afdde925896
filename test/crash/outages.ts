import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { raw } from '../../src/store/sql.ts'
import { POSTGRES_URL } from '../support/postgres-url.ts'
import type { Stage } from './stage.ts'

/** Ends every connection to the stage's PostgreSQL database, every so often, until the returned function is called. */
export function keepDisconnecting({ database }: Stage, everyMs: number): () => Promise<number> {
  let going = true
  let ended = 0
  const work = onServer(async (client) => {
    while (going) {
      ended += await disconnectAll(client, nameOf(database.url))
      await sleep(everyMs)
    }
  })
  return async () => {
    going = false
    await work
    return ended
  }
}

/** Makes the stage's database unreachable: PostgreSQL refuses and drops connections, SQLite is locked by another. */
export async function takeAway({ database }: Stage, forMs: number): Promise<void> {
  if (database.dialect === 'sqlite') return lockSqlite(database, forMs)
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
