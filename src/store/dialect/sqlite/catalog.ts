import { type Db, queryJson, type Sql, sql } from '../../sql.ts'
import type { Catalog, Relation } from '../../user-table/describe/catalog.ts'
import { sqliteType } from './column-type.ts'

interface SqliteRelation extends Relation {
  /** As `PRAGMA table_list` says it. */
  readonly type: 'table' | 'view' | 'virtual' | 'shadow'
}

interface Listed {
  readonly name: string
  readonly type: string
  readonly notNull: 0 | 1
  /** 0: a plain column; 2 and 3: generated. */
  readonly hidden: 0 | 2 | 3
  readonly hasDefault: 0 | 1
  /** Its place in the primary key, from 1; 0: none. */
  readonly key: number
  /** Of its table. */
  readonly withoutRowid: 0 | 1
}

/** The database's own file is its only schema: nothing attaches another. */
export const sqliteCatalog: Catalog<SqliteRelation> = {
  /** Every table and view, but for SQLite's own. */
  async relations(db) {
    const listing = sql`SELECT json_group_array(json_object('name', l.name, 'type', l.type)) AS json
      FROM pragma_table_list l WHERE l.schema = 'main' AND substr(l.name, 1, 7) <> 'sqlite_'`
    const listed = await queryJson<Pick<SqliteRelation, 'name' | 'type'>[]>(db, listing)
    const isOwn = (name: string) => name.toLowerCase().startsWith('spenddown_')
    return listed.map((relation) => ({ ...relation, schema: 'main', position: 1, own: isOwn(relation.name) }))
  },

  refusal({ type }) {
    if (type === 'view') return 'a view, which SQLite cannot update'
    return type === 'table' ? null : `a ${type} table`
  },

  async columns(db, relation) {
    const listed = await listColumns(db, relation.name)
    const rowid = rowidOf(listed)
    // By a mistake of old that SQLite keeps, a primary key may be NULL, unless it is the rowid or stands for it.
    const isNeverNull = (column: Listed) => column === rowid || (column.withoutRowid === 1 && column.key > 0)
    return listed.map((column) => ({
      name: column.name,
      ...sqliteType(column.type),
      nullable: column.notNull === 0 && !isNeverNull(column),
      generated: column.hidden > 0,
      hasDefault: column.hasDefault === 1 || column === rowid,
    }))
  },

  async unique(db, table) {
    const listing = sql`SELECT json_group_array(json_object('primary', l.origin = 'pk', 'columns',
        (SELECT json_group_array(x.name) FROM pragma_index_xinfo(l.name) x WHERE x.key = 1))) AS json
      FROM pragma_index_list(${table.name}) l WHERE l."unique" = 1 AND l.partial = 0
        AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(l.name) x WHERE x.key = 1 AND x.cid < 0)`
    const indexes = await queryJson<{ columns: string[]; primary: 0 | 1 }[]>(db, listing)
    const rowid = rowidOf(await listColumns(db, table.name))
    const sets = indexes.map(({ columns, primary }) => ({ columns, primary: primary === 1 }))
    return rowid === undefined ? sets : [{ columns: [rowid.name], primary: true }, ...sets]
  },

  facts: async (db, { name }) => ({ name, believedTiny: await isBelievedTiny(db, name) }),
}

function listColumns(db: Db, table: string): Promise<Listed[]> {
  const listing = sql`SELECT json_group_array(json_object('name', c.name, 'type', c.type, 'notNull', c."notnull",
      'hidden', c.hidden, 'hasDefault', c.dflt_value IS NOT NULL AND upper(c.dflt_value) <> 'NULL', 'key', c.pk,
      'withoutRowid', l.wr)) AS json
    FROM pragma_table_list(${table}) l, pragma_table_xinfo(${table}) c WHERE l.schema = 'main' AND c.hidden <> 1`
  return queryJson(db, listing)
}

/** INTEGER PRIMARY KEY stands for the rowid, which SQLite counts up itself. */
function rowidOf(columns: readonly Listed[]): Listed | undefined {
  const [only, ...rest] = columns.filter(({ key }) => key > 0)
  return rest.length === 0 && only?.type.toUpperCase() === 'INTEGER' && !only.withoutRowid ? only : undefined
}

/** Below so many rows SQLite would rather scan a table than look a row up. Measured with SQLite 3.53: three. */
const FEW_ROWS = 10

/** Whether SQLite plans with statistics that count next to no rows, from an ANALYZE before the table grew. */
async function isBelievedTiny(db: Db, table: string): Promise<boolean> {
  const has = async (query: Sql) => (await db.$queryRaw<unknown[]>(query)).length > 0
  const analyzed = sql`SELECT 1 AS one FROM pragma_table_list WHERE "schema" = 'main' AND name = 'sqlite_stat1'`
  const few = sql`SELECT 1 AS one FROM sqlite_stat1 WHERE tbl = ${table} AND CAST(stat AS INTEGER) < ${FEW_ROWS}`
  return (await has(analyzed)) && (await has(few))
}
