import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import type { OrderBy } from '../domain/where.ts'
import type { Connection } from './client.ts'
import { ownDialect } from './dialect/dialect-of.ts'
import { raw, sql } from './sql.ts'
import { tableSql, type UserTable } from './user-table/user-table.ts'

/** By how much the database's clock is ahead of ours, ms; null: it has none of its own (SQLite). */
export async function clockAheadMs({ client, dialect }: Connection, now: () => number): Promise<number | null> {
  const asked = now()
  const theirs = await ownDialect(dialect).clockMs(client)
  // It was read somewhere between the question and the answer.
  return theirs === null ? null : Math.round(theirs - (asked + now()) / 2)
}

/** Whether the server takes no writes: a standby, or one that was told so. */
export function isReadOnly({ client, dialect }: Connection): Promise<boolean> {
  return ownDialect(dialect).isReadOnly(client)
}

/** This database user, as GRANT names it. */
export async function userName({ client }: Connection): Promise<string> {
  const [row] = await client.$queryRaw<{ name: string }[]>(raw('SELECT quote_ident(current_user) AS name'))
  return row?.name ?? 'current_user'
}

/** The rights that a run needs and this database user lacks, as one would grant them. */
export async function missingRights(
  { client, dialect }: Connection,
  table: UserTable,
  updated: readonly string[],
  file: string | undefined,
): Promise<string[]> {
  if (dialect === 'sqlite') return file === undefined ? [] : unwritable(file)
  const name = qualified(table)
  const [own] = await client.$queryRaw<Owned[]>(sql`
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
    const [may] = await client.$queryRaw<{ may: boolean }[]>(
      sql`SELECT has_column_privilege(${name}, ${column}, 'UPDATE') AS may`,
    )
    if (may?.may !== true) rights.push(`UPDATE ("${column}") ON ${name}`)
  }
  if (own?.made && !own.there) rights.push('USAGE, CREATE ON SCHEMA spenddown')
  if (!own?.made && !own?.makes) rights.push(`CREATE ON DATABASE ${own?.database}`)
  if (!own?.numbers) rights.push('USAGE ON ALL SEQUENCES IN SCHEMA spenddown')
  if (!own?.writes) rights.push('SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA spenddown')
  return rights
}

/** What the user may do already; `made`: the schema is there, `there`: and open to this user. */
interface Owned {
  readonly reads: boolean
  readonly makes: boolean
  readonly made: boolean
  readonly there: boolean
  readonly writes: boolean
  readonly numbers: boolean
  readonly database: string
}

/** WAL needs the folder too. */
function unwritable(file: string): string[] {
  return [file, dirname(file)].filter((path) => {
    try {
      accessSync(path, constants.W_OK)
      return false
    } catch {
      return true
    }
  })
}

function qualified({ schema, name }: UserTable): string {
  const part = (text: string) => `"${text.replaceAll('"', '""')}"`
  return schema === undefined ? part(name) : `${part(schema)}.${part(name)}`
}

/** The statement that makes the index by which records come in their order; null: there is one, or none would serve. */
export async function missingIndex(
  connection: Connection,
  table: UserTable,
  orderBy: readonly OrderBy[],
): Promise<string | null> {
  const first = orderBy[0]?.column ?? table.refreshedAt?.name
  if (first === undefined || first === table.key.name || (await leadingColumns(connection, table)).has(first))
    return null
  const online = connection.dialect === 'postgresql' ? 'CONCURRENTLY ' : ''
  const nulls = connection.dialect === 'postgresql' ? ' NULLS FIRST' : ''
  const index = `${table.name}_${first}`.replaceAll(/\W/g, '_')
  return `CREATE INDEX ${online}${index} ON ${qualified(table)} ("${first}"${nulls})`
}

/**
 * Columns that an index of the whole table begins with. PostgreSQL: those where nulls come first, or there are none, as
 * in the order that records are taken in; an index may be read backwards.
 */
async function leadingColumns({ client, dialect }: Connection, table: UserTable): Promise<Set<string>> {
  const rows =
    dialect === 'postgresql'
      ? await client.$queryRaw<{ name: string }[]>(sql`
          SELECT a.attname AS name FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = CAST(${qualified(table)} AS regclass) AND i.indpred IS NULL AND i.indisvalid
            AND (a.attnotnull OR i.indoption[0] IN (1, 2))`)
      : await client.$queryRaw<{ name: string }[]>(sql`
          SELECT c.name FROM pragma_index_list(${table.name}) AS l JOIN pragma_index_info(l.name) AS c
          WHERE c.seqno = 0 AND l.partial = 0 AND c.name IS NOT NULL`)
  return new Set(rows.map(({ name }) => name))
}

/** The number of rows, where that is quick to say: as the database estimates it. */
export async function manyRows({ client, dialect }: Connection, table: UserTable, many: number): Promise<boolean> {
  if (dialect === 'sqlite') {
    const rows = await client.$queryRaw<unknown[]>(
      sql`SELECT 1 AS one FROM ${tableSql(table)} AS t LIMIT 1 OFFSET ${many}`,
    )
    return rows.length > 0
  }
  const [row] = await client.$queryRaw<{ rows: number }[]>(
    sql`SELECT CAST(reltuples AS double precision) AS rows FROM pg_class WHERE oid = CAST(${qualified(table)} AS regclass)`,
  )
  return Number(row?.rows ?? 0) > many
}
