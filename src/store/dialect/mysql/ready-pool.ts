import type { EventEmitter } from 'node:events'
import { createPool, type Pool, type PoolConfig, type PoolConnection } from 'mariadb'

/** What Prisma's adapter asks of a pool. */
export type ReadyPool = Pick<Pool, 'getConnection' | 'query' | 'execute' | 'end'>

/**
 * A pool whose connections have gone through `session` before anybody gets them. The connector's own way (`initSql`) ends the
 * process where a connection breaks meanwhile: nobody hears of its error.
 */
export function readyPool(config: PoolConfig, session: readonly string[]): ReadyPool {
  let pool: Pool | null = null
  // A pool connects as soon as it is made, and tells errors that nobody asked for: without a listener they end the process.
  const open = () => {
    if (pool !== null) return pool
    pool = createPool(config)
    ;(pool as unknown as EventEmitter).on('error', () => {})
    return pool
  }
  // Its `info` stays the same, a connection is another object each time.
  const ready = new WeakSet<object>()

  const getConnection = async (): Promise<PoolConnection> => {
    const connection = await open().getConnection()
    if (connection.info === null) return connection
    if (ready.has(connection.info)) return connection
    try {
      for (const statement of session) await connection.query(statement)
      ready.add(connection.info)
      return connection
    } catch (error) {
      connection.destroy()
      throw error
    }
  }

  const using = async <T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> => {
    const connection = await getConnection()
    try {
      return await work(connection)
    } finally {
      await connection.release()
    }
  }

  return {
    getConnection,
    query: (sql, values) => using((connection) => connection.query(sql, values)),
    execute: (sql, values) => using((connection) => connection.execute(sql, values)),
    end: async () => pool?.end(),
  }
}
