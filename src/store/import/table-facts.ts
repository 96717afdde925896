import { type Db, sql } from '../sql.ts'
import { queryJson } from '../user-table/read/query-json.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** What an import must know of a table beyond what a refresh must. */
export interface TableFacts {
  /** Why no record can be added, in words; null: they can. */
  readonly refusal: string | null
  /** Columns that the database fills by itself. */
  readonly defaults: readonly string[]
  /** Columns that this database user may not fill. */
  readonly closed: readonly string[]
  /** Each list: columns that are unique together, for all rows, at once. */
  readonly unique: readonly UniqueSet[]
}

export interface UniqueSet {
  readonly columns: readonly string[]
  /** SQLite: by column, where it is not BINARY. */
  readonly collations?: Readonly<Record<string, string>>
}

export function tableFacts(db: Db, table: UserTable): Promise<TableFacts> {
  return table.dialect === 'sqlite' ? sqliteFacts(db, table) : postgresqlFacts(db, table)
}

function postgresqlFacts(db: Db, table: UserTable): Promise<TableFacts> {
  return queryJson(
    db,
    sql`SELECT CAST(json_build_object(
      'refusal', CASE WHEN c.relkind = 'v' THEN 'a view' END,
      'defaults', coalesce((SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND (a.atthasdef OR a.attidentity <> '')), '[]'),
      'closed', coalesce((SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND NOT has_column_privilege(c.oid, a.attnum, 'INSERT')), '[]'),
      'unique', coalesce((SELECT json_agg(json_build_object('columns', (
          SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid
          AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts)))
        FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
        AND i.indpred IS NULL AND i.indexprs IS NULL), '[]')
    ) AS text) AS json
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${table.schema ?? 'public'} AND c.relname = ${table.name}`,
  )
}

interface SqliteListed {
  readonly name: string
  readonly type: string
  readonly filled: 0 | 1
  readonly key: number
}

async function sqliteFacts(db: Db, table: UserTable): Promise<TableFacts> {
  const schema = table.schema ?? 'main'
  const columns = await queryJson<SqliteListed[]>(
    db,
    sql`SELECT json_group_array(json_object('name', c.name, 'type', c.type,
          'filled', c.dflt_value IS NOT NULL AND upper(c.dflt_value) <> 'NULL', 'key', c.pk)) AS json
        FROM pragma_table_xinfo(${table.name}, ${schema}) c`,
  )
  const indexes = await queryJson<{ columns: string[]; collations: string[] }[]>(
    db,
    sql`SELECT json_group_array(json_object(
          'columns', (SELECT json_group_array(x.name) FROM pragma_index_xinfo(l.name, ${schema}) x WHERE x.key = 1),
          'collations', (SELECT json_group_array(x.coll) FROM pragma_index_xinfo(l.name, ${schema}) x WHERE x.key = 1)
        )) AS json
        FROM pragma_index_list(${table.name}, ${schema}) l WHERE l."unique" = 1 AND l.partial = 0
          AND NOT EXISTS (SELECT 1 FROM pragma_index_xinfo(l.name, ${schema}) x WHERE x.key = 1 AND x.cid < 0)`,
  )
  const rowid = rowidColumn(columns, table)
  return {
    refusal: null,
    defaults: [...columns.filter(({ filled }) => filled === 1).map(({ name }) => name), ...rowid],
    closed: [],
    unique: [...indexes.map(uniqueSet), ...(rowid.length > 0 ? [{ columns: rowid }] : [])],
  }
}

/** INTEGER PRIMARY KEY stands for the rowid, which SQLite counts up itself. */
function rowidColumn(columns: readonly SqliteListed[], table: UserTable): string[] {
  const [only, ...rest] = columns.filter(({ key }) => key > 0)
  const isRowid =
    only !== undefined && rest.length === 0 && only.type.toUpperCase() === 'INTEGER' && !table.withoutRowid
  return isRowid ? [only.name] : []
}

function uniqueSet({ columns, collations }: { columns: string[]; collations: string[] }): UniqueSet {
  const loose = columns.flatMap((name, at) => {
    const collation = collations[at] ?? 'BINARY'
    return collation.toUpperCase() === 'BINARY' ? [] : [[name, collation] as const]
  })
  return loose.length === 0 ? { columns } : { columns, collations: Object.fromEntries(loose) }
}
