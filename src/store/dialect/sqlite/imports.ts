import { type Db, join, raw, sql } from '../../sql.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import { tableSql, type UserTable } from '../../user-table/user-table.ts'
import type { ImportDialect, ImportFacts, UniqueSet } from '../import-dialect.ts'

export const sqliteImports: ImportDialect = {
  facts,
  isLooseKey: ({ collation }) => collation !== undefined,
  addsFreely: true,

  // SQLite must begin with it and look each record up by its key: LIMIT keeps it from being flattened into the join, and
  // `likelihood` makes it look like a single row (see updates.ts).
  batch(json, columns) {
    const fields = [raw('key AS n'), ...Array.from({ length: columns }, (_, at) => raw(`value->>${at} AS c${at}`))]
    return sql`SELECT ${join(fields)} FROM json_each(${json}) WHERE likelihood(key >= 0, 0.0000001) LIMIT -1`
  },
  // It goes by the column's type.
  value: (_column, at) => raw(`v.c${at}`),
  differs: (_column, cell, at) => sql`${cell} IS NOT ${raw(`v.c${at}`)}`,
  // OR ABORT: a constraint of the table's own with ON CONFLICT REPLACE would delete other records.
  insert: (table, columns, rows, key) => sql`INSERT OR ABORT INTO ${tableSql(table)} (${columns}) ${rows}
    WHERE true ON CONFLICT (${key}) DO NOTHING`,
  update: (table, assignments, batch, condition) =>
    sql`UPDATE OR ABORT ${tableSql(table)} AS r SET ${assignments} FROM (${batch}) AS v
    WHERE ${condition}`,
}

interface Listed {
  readonly name: string
  readonly type: string
  readonly filled: 0 | 1
  readonly key: number
}

async function facts(db: Db, table: UserTable): Promise<ImportFacts> {
  const schema = table.schema ?? 'main'
  const columns = await queryJson<Listed[]>(
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
function rowidColumn(columns: readonly Listed[], table: UserTable): string[] {
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
