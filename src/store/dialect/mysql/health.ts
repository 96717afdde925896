import { type Db, queryRows, raw, sql } from '../../sql.ts'
import type { UserTable } from '../../user-table/user-table.ts'
import type { TableHealth } from '../user-table-dialect.ts'
import { mysqlErrors } from './errors.ts'

/** What `spenddown doctor` shows is for a person's own session, where double quotes may be those of texts. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function tableName({ schema, name }: Pick<UserTable, 'schema' | 'name'>): string {
  return schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`
}

/** The longest name that an index may have. */
const LONGEST_NAME = 64

export const mysqlHealth: TableHealth = {
  missingRights,
  tableName,
  async explainRights(db, missing) {
    const [row] = await db.$queryRaw<{ user: string }[]>(raw('SELECT current_user() AS "user"'))
    const [name = '', host = '%'] = /^(.*)@([^@]*)$/.exec(row?.user ?? '')?.slice(1) ?? []
    const grants = missing.map((right) => `GRANT ${right} TO '${name}'@'${host}'`).join('; ')
    return { problem: `this user lacks ${missing.join('; ')}`, remedy: `${grants} (as an administrator)` }
  },
  async indexedFirst(db, { schema, name }) {
    const rows = await db.$queryRaw<{ name: string }[]>(sql`SELECT s.COLUMN_NAME AS name
      FROM information_schema.STATISTICS AS s WHERE s.SEQ_IN_INDEX = 1 AND s.SUB_PART IS NULL
        AND s.COLUMN_NAME IS NOT NULL AND s.TABLE_NAME = ${name}
        AND s.TABLE_SCHEMA = ${schema === undefined ? sql`database()` : sql`${schema}`}`)
    return rows.map((row) => row.name)
  },
  createIndexSql: (index, table, column) =>
    `CREATE INDEX ${index.slice(0, LONGEST_NAME)} ON ${tableName(table)} (${quoted(column)})`,
  hasMoreRows: async (db, table, than) => (await estimatedRows(db, table)) > than,
}

/** As InnoDB has it. */
export async function estimatedRows(
  db: Pick<Db, '$queryRaw'>,
  { schema, name }: Pick<UserTable, 'schema' | 'name'>,
): Promise<number> {
  const [row] = await queryRows<{ n: number | null }>(
    db,
    sql`SELECT t.TABLE_ROWS AS n FROM information_schema.TABLES AS t WHERE t.TABLE_NAME = ${name}
      AND t.TABLE_SCHEMA = ${schema === undefined ? sql`database()` : sql`${schema}`}`,
  )
  return Number(row?.n ?? 0)
}

/** As one would grant them. A server tells who may do what by refusing to explain a statement, roles and all. */
async function missingRights(db: Db, table: UserTable, updated: readonly string[]): Promise<string[]> {
  const [here] = await db.$queryRaw<{ name: string }[]>(raw('SELECT database() AS name'))
  const database = quoted(here?.name ?? '')
  const name = table.schema === undefined ? `${database}.${quoted(table.name)}` : tableName(table)
  const rights: string[] = []
  if (!(await may(db, `SELECT * FROM ${name}`))) rights.push(`SELECT ON ${name}`)
  for (const column of updated) {
    const isOpen = await may(db, `UPDATE ${name} SET ${quoted(column)} = NULL WHERE 1 = 0`)
    if (!isOpen) rights.push(`UPDATE (${quoted(column)}) ON ${name}`)
  }
  return [...rights, ...(await missingOfOwn(db, database))]
}

const TO_WRITE = 'SELECT, INSERT, UPDATE, DELETE'

async function missingOfOwn(db: Db, database: string): Promise<string[]> {
  const own = await db.$queryRaw<{ name: string }[]>(sql`SELECT t.TABLE_NAME AS name FROM information_schema.TABLES AS t
    WHERE t.TABLE_SCHEMA = database() AND t.TABLE_NAME LIKE 'spenddown\\_%'`)
  if (own.length === 0) {
    const makes = await mayCreate(db)
    return makes ? [] : [`CREATE, ALTER, INDEX, DROP, ${TO_WRITE} ON ${database}.*`]
  }
  const closed: string[] = []
  for (const { name } of own) {
    const table = `${database}.${quoted(name)}`
    const [all, none] = [`FROM ${table} WHERE 1 = 0`, `INTO ${table} SELECT * FROM ${table} WHERE 1 = 0`]
    const rights = [await may(db, `SELECT * ${all}`), await may(db, `DELETE ${all}`), await may(db, `INSERT ${none}`)]
    if (rights.includes(false)) closed.push(`${TO_WRITE} ON ${table}`)
  }
  return closed
}

/** By what is granted on the database or on all of them; a user who has taken a role is believed. */
async function mayCreate(db: Db): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(sql`SELECT 1 AS one FROM information_schema.SCHEMA_PRIVILEGES AS p
      WHERE p.PRIVILEGE_TYPE = 'CREATE' AND database() LIKE p.TABLE_SCHEMA
    UNION ALL SELECT 1 FROM information_schema.USER_PRIVILEGES AS p WHERE p.PRIVILEGE_TYPE = 'CREATE'
    UNION ALL SELECT 1 WHERE coalesce(nullif(current_role(), 'NONE'), '') <> ''`)
  return rows.length > 0
}

async function may(db: Db, statement: string): Promise<boolean> {
  try {
    await db.$queryRaw(raw(`EXPLAIN ${statement}`))
    return true
  } catch (error) {
    if (mysqlErrors.isDenied(codeOf(error))) return false
    throw error
  }
}

/** The server's, as the adapter hands it on. */
function codeOf(error: unknown): string {
  const said = error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } }
  return String(said.meta?.driverAdapterError?.cause?.originalCode ?? '')
}
