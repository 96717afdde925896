import { type Db, sql } from '../../sql.ts'
import type { Relation } from '../../user-table/describe/catalog.ts'
import { queryJson } from '../../user-table/read/query-json.ts'

export interface SqliteRelation extends Relation {
  /** As `PRAGMA table_list` says it. */
  readonly type: 'table' | 'view' | 'virtual' | 'shadow'
  readonly withoutRowid: boolean
}

interface Listed {
  readonly schema: string
  readonly name: string
  readonly type: SqliteRelation['type']
  readonly withoutRowid: 0 | 1
}

/** Every table and view of the database, and of those attached to it, but for SQLite's own. */
export async function sqliteRelations(db: Db): Promise<SqliteRelation[]> {
  const listed = await queryJson<Listed[]>(
    db,
    sql`SELECT json_group_array(json_object('schema', l.schema, 'name', l.name, 'type', l.type, 'withoutRowid', l.wr))
          AS json
        FROM pragma_table_list l WHERE substr(l.name, 1, 7) <> 'sqlite_'`,
  )
  const schemas = ['temp', 'main', ...new Set(listed.map(({ schema }) => schema))]
  return listed.map((relation) => ({
    ...relation,
    position: schemas.indexOf(relation.schema) + 1,
    own: relation.name.toLowerCase().startsWith('spenddown_'),
    withoutRowid: relation.withoutRowid === 1,
  }))
}
