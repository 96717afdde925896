import { type Db, sql } from '../../sql.ts'
import type { Unique } from '../../user-table/describe/catalog.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import type { Column } from '../../user-table/user-table.ts'
import { sqliteType } from './column-type.ts'
import type { SqliteRelation } from './relations.ts'

interface Listed {
  readonly name: string
  readonly type: string
  readonly notNull: 0 | 1
  /** 0: a plain column; 1: hidden; 2 and 3: generated. */
  readonly hidden: 0 | 1 | 2 | 3
  /** Its place in the primary key, from 1; 0: none. */
  readonly key: number
}

export async function sqliteColumns(db: Db, relation: SqliteRelation): Promise<Column[]> {
  const listed = await list(db, relation)
  const [only, ...rest] = listed.filter(({ key }) => key > 0)
  return listed.map((column) => ({
    name: column.name,
    ...sqliteType(column.type),
    nullable: column.notNull === 0 && !(column === only && rest.length === 0 && neverNull(column, relation)),
    generated: column.hidden > 0,
  }))
}

/** By a mistake of old that SQLite keeps, a primary key may be NULL, unless it is the rowid or stands for it. */
function neverNull(key: Listed, relation: SqliteRelation): boolean {
  return relation.withoutRowid || key.type.toUpperCase() === 'INTEGER'
}

export async function sqliteUnique(db: Db, relation: SqliteRelation): Promise<Unique> {
  const listed = await list(db, relation)
  const key = listed.filter(({ key }) => key > 0).sort((a, b) => a.key - b.key)
  const columns = await queryJson<string[]>(
    db,
    sql`SELECT json_group_array(i.name) AS json
        FROM pragma_index_list(${relation.name}, ${relation.schema}) l, pragma_index_info(l.name, ${relation.schema}) i
        WHERE l."unique" = 1 AND l.partial = 0 AND i.cid >= 0
          AND (SELECT count(*) FROM pragma_index_info(l.name, ${relation.schema})) = 1`,
  )
  return { primaryKey: key.map(({ name }) => name), columns }
}

function list(db: Db, relation: SqliteRelation): Promise<Listed[]> {
  return queryJson(
    db,
    sql`SELECT json_group_array(json_object('name', c.name, 'type', c.type, 'notNull', c."notnull", 'hidden', c.hidden,
          'key', c.pk)) AS json
        FROM pragma_table_xinfo(${relation.name}, ${relation.schema}) c WHERE c.hidden <> 1`,
  )
}
