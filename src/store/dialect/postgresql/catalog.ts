import { type Db, queryJson, type Sql, sql } from '../../sql.ts'
import type { Catalog, Relation } from '../../user-table/describe/catalog.ts'
import { type Column, qualifiedName, type UserTable } from '../../user-table/user-table.ts'
import { type CatalogType, resolveType } from './column-type.ts'

interface PostgresqlRelation extends Relation {
  /** As in pg_class: r table, p partitioned table, v view, m materialized view, f foreign table. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f'
  readonly temporary: boolean
  readonly readable: boolean
  /** It has constraints that are checked at commit only. */
  readonly deferredChecks: boolean
}

interface CatalogColumn extends Pick<Column, 'name' | 'declaredType' | 'nullable' | 'generated' | 'hasDefault'> {
  readonly type: string
  readonly modifier: number
  readonly updatable: boolean
  readonly insertable: boolean
  readonly looseCollation: boolean
}

export const postgresqlCatalog: Catalog<PostgresqlRelation> = {
  relations,

  refusal({ kind, temporary, readable }) {
    if (kind === 'v') return 'a view'
    if (kind === 'm') return 'a materialized view'
    if (kind === 'f') return 'a foreign table'
    if (temporary) return 'a temporary table, which only the session that made it can see'
    return readable ? null : 'which this database user may not read'
  },

  async columns(db, relation) {
    const found = await queryJson<{ columns: CatalogColumn[]; types: CatalogType[] }>(db, columnsSql(relation))
    const types = new Map(found.types.map((type) => [type.oid, type]))
    return found.columns.map((column) => toColumn(column, types))
  },

  unique(db, table) {
    const sets = sql`SELECT coalesce(json_agg(json_build_object(
        'columns', (SELECT json_agg(a.attname ORDER BY array_position(i.indkey::int2[], a.attnum))
          FROM pg_attribute a WHERE a.attrelid = i.indrelid
          AND array_position(i.indkey::int2[], a.attnum) < i.indnkeyatts),
        'primary', i.indisprimary,
        'deferrable', NOT i.indimmediate
      )), '[]')::text AS json
      FROM pg_index i WHERE i.indrelid = ${oidOf(table)} AND i.indisunique AND i.indisvalid
        AND i.indpred IS NULL AND i.indexprs IS NULL`
    return queryJson(db, sets)
  },

  facts: async (_db, { schema, name, deferredChecks }) => ({ schema, name, deferredChecks }),
}

/** Every relation with rows that the session can name, but for the system's own. */
function relations(db: Db): Promise<PostgresqlRelation[]> {
  const listing = sql`SELECT coalesce(json_agg(json_build_object(
      'schema', n.nspname,
      'name', c.relname,
      'kind', c.relkind,
      'position', array_position(current_schemas(true), n.nspname),
      'own', n.nspname = 'spenddown',
      'rows', CASE WHEN c.reltuples > 0 THEN c.reltuples END,
      'temporary', c.relpersistence = 't',
      'readable', has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
      'deferredChecks', EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tginitdeferred)
    )), '[]')::text AS json
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
      AND (n.nspname NOT LIKE 'pg\\_%' OR n.nspname = ANY (current_schemas(true)))`
  return queryJson(db, listing)
}

function toColumn(
  { type, modifier, updatable, insertable, looseCollation, ...column }: CatalogColumn,
  types: ReadonlyMap<string, CatalogType>,
): Column {
  return {
    ...resolveType(type, modifier, types),
    ...column,
    sqlType: column.declaredType,
    ...(updatable ? {} : { locked: 'closed to this database user, who lacks the UPDATE privilege' }),
    ...(insertable ? {} : { closed: true }),
    ...(looseCollation ? { looseCollation } : {}),
  }
}

function oidOf(table: Pick<UserTable, 'schema' | 'name'>): Sql {
  return sql`CAST(${qualifiedName(table)} AS regclass)`
}

/** The columns, and every type that they are made of: domains down to their base, arrays down to their elements. */
function columnsSql(relation: PostgresqlRelation): Sql {
  return sql`
    WITH RECURSIVE held AS (
      SELECT a.* FROM pg_attribute a WHERE a.attrelid = ${oidOf(relation)} AND a.attnum > 0 AND NOT a.attisdropped
    ), used (oid) AS (
      SELECT atttypid FROM held
      UNION
      SELECT part FROM used u JOIN pg_type t ON t.oid = u.oid
      CROSS JOIN LATERAL (VALUES (t.typbasetype), (t.typelem)) parts (part) WHERE part <> 0
    )
    SELECT json_build_object('columns', (${heldColumns()}), 'types', (${usedTypes()}))::text AS json`
}

/** As `CatalogColumn`, of the columns in `held`. */
function heldColumns(): Sql {
  return sql`
    SELECT json_agg(json_build_object(
      'name', a.attname,
      'type', a.atttypid::text,
      'modifier', a.atttypmod,
      'declaredType', format_type(a.atttypid, a.atttypmod),
      'nullable', NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)),
      'generated', a.attgenerated <> '' OR a.attidentity = 'a',
      'hasDefault', a.atthasdef OR a.attidentity <> '',
      'updatable', has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
      'insertable', has_column_privilege(a.attrelid, a.attnum, 'INSERT'),
      'looseCollation', NOT coalesce(c.collisdeterministic, true)
    ) ORDER BY a.attnum)
    FROM held a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation c ON c.oid = a.attcollation`
}

/** As `CatalogType`, of the types in `used`. */
function usedTypes(): Sql {
  return sql`
    SELECT json_agg(json_build_object(
      'oid', t.oid::text,
      'name', t.typname,
      'native', n.nspname = 'pg_catalog',
      'written', CASE WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, NULL)
                      ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END,
      'form', t.typtype,
      'base', t.typbasetype::text,
      'modifier', t.typtypmod,
      'element', t.typelem::text,
      'array', t.typarray::text,
      'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    ))
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (SELECT oid FROM used)`
}
