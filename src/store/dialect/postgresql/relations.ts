import { type Db, sql } from '../../sql.ts'
import type { Relation } from '../../user-table/describe/catalog.ts'
import { queryJson } from '../../user-table/read/query-json.ts'

export interface PostgresqlRelation extends Relation {
  readonly oid: string
  /** As in pg_class: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f'
  readonly temporary: boolean
  readonly readable: boolean
  readonly updatable: boolean
  /** It has constraints that are checked at commit only. */
  readonly deferred: boolean
}

/** Every relation with rows that the session can name, but for the system's own. */
export function postgresqlRelations(db: Db): Promise<PostgresqlRelation[]> {
  return queryJson(
    db,
    sql`SELECT coalesce(json_agg(json_build_object(
          'oid', c.oid::text,
          'schema', n.nspname,
          'name', c.relname,
          'kind', c.relkind,
          'position', array_position(current_schemas(true), n.nspname),
          'own', n.nspname = 'spenddown',
          'rows', CASE WHEN c.reltuples > 0 THEN c.reltuples END,
          'temporary', c.relpersistence = 't',
          'readable', has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
          'updatable', c.relkind <> 'v' OR pg_relation_is_updatable(c.oid, false) & 4 = 4,
          'deferred', EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tginitdeferred)
        )), '[]')::text AS json
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND (n.nspname NOT LIKE 'pg\\_%' OR n.nspname = ANY (current_schemas(true)))`,
  )
}
