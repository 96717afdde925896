import type { Catalog } from './catalog.ts'
import { sqliteColumns, sqliteUnique } from './sqlite-columns.ts'
import { type SqliteRelation, sqliteRelations } from './sqlite-relations.ts'
import { isBelievedTiny } from './sqlite-statistics.ts'

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
