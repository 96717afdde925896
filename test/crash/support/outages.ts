import { setTimeout as sleep } from 'node:timers/promises'
import { raw } from '../../../src/store/sql.ts'
import { type Disconnect, onServerOf, type Server, withPostgresql } from '../../support/databases/disconnect.ts'
import type { Stage } from './stage.ts'

/** Ends every connection to the stage's database on its server, every so often, until the returned function is called. */
export function keepDisconnecting({ database }: Stage, everyMs: number): () => Promise<number> {
  let going = true
  let ended = 0
  const keep = async (disconnect: Disconnect) => {
    while (going) {
      ended += await disconnect()
      await sleep(everyMs)
    }
  }
  const work = onServerOf(database.url, database.dialect as Server, keep)
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
  if (database.dialect === 'mysql') return keepMysqlAway(database.url, forMs)
  await onServerOf(database.url, 'postgresql', async (disconnect) => {
    await allowConnections(database.url, false)
    await disconnect()
    await sleep(forMs)
    await allowConnections(database.url, true)
  })
}

async function allowConnections(url: string, allowed: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  await withPostgresql((client) => client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${allowed}`))
}

async function lockSqlite({ connection }: Stage['database'], forMs: number): Promise<void> {
  await connection.transaction(async (tx) => {
    await tx.$executeRaw(raw('UPDATE people SET email = email WHERE id = 1'))
    await sleep(forMs)
  })
}

async function keepMysqlAway(url: string, forMs: number): Promise<void> {
  const until = Date.now() + forMs
  await onServerOf(url, 'mysql', async (disconnect) => {
    while (Date.now() < until) {
      await disconnect()
      await sleep(5)
    }
  })
}
