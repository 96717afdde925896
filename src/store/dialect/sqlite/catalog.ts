import type { Catalog } from '../../user-table/describe/catalog.ts'
import { sqliteColumns, sqliteUnique } from './columns.ts'
import { type SqliteRelation, sqliteRelations } from './relations.ts'
import { isBelievedTiny } from './statistics.ts'

export const sqliteCatalog: Catalog<SqliteRelation> = {
  relations: sqliteRelations,
  columns: sqliteColumns,
  unique: sqliteUnique,

  refusal(relation) {
    if (relation.schema === 'temp') return 'a temporary table, which only the connection that made it can see'
    if (relation.type === 'view') return 'a view, which SQLite cannot update'
    return relation.type === 'table' ? null : `a ${relation.type} table`
  },

  async facts(db, relation) {
    return {
      ...(relation.schema === 'main' ? {} : { schema: relation.schema }),
      name: relation.name,
      ...(relation.withoutRowid ? { withoutRowid: true } : {}),
      ...((await isBelievedTiny(db, relation)) ? { believedTiny: true } : {}),
    }
  },
}
