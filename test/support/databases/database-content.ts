import { raw, sql } from '../../../src/store/sql.ts'
import type { TestDatabase } from './databases.ts'
import { ownTable } from './of-database.ts'

/** Every table and index that is not the database's own, as "table spenddown.run": the shape, without the rows. */
export async function tablesOf({ connection, dialect }: TestDatabase): Promise<string[]> {
  const query = {
    sqlite: () => sql`SELECT type || ' ' || name AS it FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`,
    postgresql:
      () => sql`SELECT CASE relkind WHEN 'r' THEN 'table ' ELSE 'index ' END || nspname || '.' || relname AS it
            FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
            WHERE relkind IN ('r', 'i') AND nspname NOT LIKE 'pg_%' AND nspname <> 'information_schema'`,
    mysql: () => sql`SELECT 'table ' || TABLE_NAME AS it FROM information_schema.TABLES WHERE TABLE_SCHEMA = database()
            UNION SELECT 'index ' || TABLE_NAME || '.' || INDEX_NAME FROM information_schema.STATISTICS
            WHERE TABLE_SCHEMA = database()`,
  }[dialect]()
  const rows = await connection.client.$queryRaw<{ it: string }[]>(query)
  return rows.map(({ it }) => it).sort()
}

/** The rows of a table, in any order that stays the same. */
export async function rowsOf({ connection }: TestDatabase, table: string): Promise<unknown[]> {
  return connection.client.$queryRaw<unknown[]>(raw(`SELECT * FROM ${table} ORDER BY 1`))
}

export async function execute({ connection }: TestDatabase, ...statements: string[]): Promise<void> {
  for (const statement of statements) await connection.client.$executeRaw(raw(statement))
}

/** Where spenddown keeps which migrations were applied. */
export function historyTable({ dialect }: TestDatabase): string {
  return ownTable(dialect, 'migration')
}
