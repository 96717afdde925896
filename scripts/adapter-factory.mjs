// The driver adapters that the schema engine reads a database through.
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'

/** The type "char" of PostgreSQL's catalog, and text. */
const CHAR = 18
const TEXT = 25

/** The engine asks the catalog for columns of type "char", which the adapter refuses. As text, both understand them. */
class CatalogPool extends pg.Pool {
  async query(...query) {
    const result = await super.query(...query)
    for (const field of result.fields ?? []) if (field.dataTypeID === CHAR) field.dataTypeID = TEXT
    return result
  }
}

/** @param {'sqlite' | 'postgresql'} dialect */
export function adapterFactory(url, dialect) {
  if (dialect === 'sqlite') return new PrismaBetterSqlite3({ url })
  // The engine looks where search_path points; in public it would find other applications' tables.
  const pool = new CatalogPool({ connectionString: url, options: '-c search_path=spenddown' })
  pool.on('error', () => {})
  return new PrismaPg(pool, { schema: 'spenddown', disposeExternalPool: true })
}
