import type { Catalog } from '../../user-table/describe/catalog.ts'
import { postgresqlColumns } from './columns.ts'
import { type PostgresqlRelation, postgresqlRelations } from './relations.ts'
import { postgresqlUnique } from './unique.ts'

export const postgresqlCatalog: Catalog<PostgresqlRelation> = {
  relations: postgresqlRelations,
  columns: postgresqlColumns,
  unique: postgresqlUnique,

  refusal(relation) {
    if (relation.kind === 'm') return 'a materialized view'
    if (relation.kind === 'f') return 'a foreign table'
    if (relation.temporary) return 'a temporary table, which only the session that made it can see'
    if (relation.kind === 'v' && !relation.updatable) return 'a view that PostgreSQL cannot update'
    return relation.readable ? null : 'which this database user may not read'
  },

  async facts(_db, relation) {
    return {
      schema: relation.schema,
      name: relation.name,
      ...(relation.deferred ? { deferredChecks: true } : {}),
    }
  },
}
