import { type Db, raw, sql } from '../../sql.ts'
import { qualifiedName, type UserTable } from '../../user-table/user-table.ts'
import type { TableHealth } from '../user-table-dialect.ts'

export const postgresqlHealth: TableHealth = {
  missingRights,
  tableName: qualifiedName,
  async explainRights(db, missing) {
    const [row] = await db.$queryRaw<{ name: string }[]>(raw('SELECT quote_ident(current_user) AS name'))
    const grants = missing.map((right) => `GRANT ${right} TO ${row?.name ?? 'current_user'}`).join('; ')
    return { problem: `this user lacks ${missing.join('; ')}`, remedy: `${grants} (as the owner)` }
  },
  // Those where nulls come first, or there are none; an index may be read backwards.
  async indexedFirst(db, table) {
    const rows = await db.$queryRaw<{ name: string }[]>(sql`
          SELECT a.attname AS name FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = CAST(${qualifiedName(table)} AS regclass) AND i.indpred IS NULL AND i.indisvalid
            AND (a.attnotnull OR i.indoption[0] IN (1, 2))`)
    return rows.map(({ name }) => name)
  },
  createIndexSql: (index, table, column) =>
    `CREATE INDEX CONCURRENTLY ${index} ON ${qualifiedName(table)} ("${column}" NULLS FIRST)`,
  hasMoreRows: async (db, table, than) => (await estimatedRows(db, qualifiedName(table))) > than,
}

/** As the planner has it. */
export async function estimatedRows(db: Pick<Db, '$queryRaw'>, table: string): Promise<number> {
  const estimate = sql`SELECT CAST(reltuples AS double precision) AS rows FROM pg_class
    WHERE oid = CAST(${table} AS regclass)`
  const [row] = await db.$queryRaw<{ rows: number }[]>(estimate)
  return Number(row?.rows ?? 0)
}

/** As one would grant them. */
async function missingRights(db: Db, table: UserTable, updated: readonly string[]): Promise<string[]> {
  const name = qualifiedName(table)
  const [own] = await db.$queryRaw<Owned[]>(sql`
    SELECT has_table_privilege(${name}, 'SELECT') AS reads,
      has_database_privilege(current_database(), 'CREATE') AS makes,
      EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'spenddown'
        AND has_schema_privilege(oid, 'USAGE') AND has_schema_privilege(oid, 'CREATE')) AS there,
      NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('spenddown') AND relkind = 'r' AND NOT (
        has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
        AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))) AS writes,
      NOT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('spenddown')
        AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') ELSE false END) AS numbers,
      quote_ident(current_database()) AS database, to_regnamespace('spenddown') IS NOT NULL AS made`)
  const rights = own?.reads ? [] : [`SELECT ON ${name}`]
  for (const column of updated) {
    const asked = sql`SELECT has_column_privilege(${name}, ${column}, 'UPDATE') AS may`
    const [may] = await db.$queryRaw<{ may: boolean }[]>(asked)
    if (may?.may !== true) rights.push(`UPDATE ("${column}") ON ${name}`)
  }
  if (own?.made && !own.there) rights.push('USAGE, CREATE ON SCHEMA spenddown')
  if (!own?.made && !own?.makes) rights.push(`CREATE ON DATABASE ${own?.database}`)
  if (!own?.numbers) rights.push('USAGE ON ALL SEQUENCES IN SCHEMA spenddown')
  if (!own?.writes) rights.push('SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA spenddown')
  return rights
}

/** What the user may do already; `made`: the schema is there, `there`: and open to this user. */
type Owned = Readonly<Record<'reads' | 'makes' | 'made' | 'there' | 'writes' | 'numbers', boolean>> & {
  readonly database: string
}
