import { type Db, type Sql, sql } from '../../sql.ts'
import { queryJson } from '../../user-table/read/query-json.ts'
import type { Column } from '../../user-table/user-table.ts'
import { type CatalogType, resolveType } from './column-type.ts'
import type { PostgresqlRelation } from './relations.ts'

interface CatalogColumn {
  readonly name: string
  readonly type: string
  readonly modifier: number
  readonly declaredType: string
  readonly notNull: boolean
  readonly generated: boolean
  readonly writable: boolean
  readonly permitted: boolean
  readonly looseCollation: boolean
}

export async function postgresqlColumns(db: Db, relation: PostgresqlRelation): Promise<Column[]> {
  const { columns, types } = await queryJson<{ columns: CatalogColumn[]; types: CatalogType[] }>(
    db,
    columnsSql(relation.oid),
  )
  const byOid = new Map(types.map((type) => [type.oid, type]))
  return columns.map((column) => toColumn(column, byOid))
}

function toColumn(column: CatalogColumn, types: ReadonlyMap<string, CatalogType>): Column {
  const type = resolveType(column.type, column.modifier, types)
  const locked = column.writable
    ? 'closed to this database user, who lacks the UPDATE privilege'
    : 'computed by the view'
  return {
    name: column.name,
    ...type,
    declaredType: column.declaredType,
    sqlType: column.declaredType,
    nullable: !column.notNull,
    generated: column.generated,
    ...(column.writable && column.permitted ? {} : { locked }),
    ...(column.looseCollation ? { looseCollation: true } : {}),
  }
}

/** The columns, and every type that they are made of: domains down to their base, arrays down to their elements. */
function columnsSql(oid: string): Sql {
  return sql`
    WITH RECURSIVE held AS (
      SELECT a.* FROM pg_attribute a WHERE a.attrelid = ${oid}::text::oid AND a.attnum > 0 AND NOT a.attisdropped
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
      'notNull', a.attnotnull OR (t.typtype = 'd' AND t.typnotnull),
      'generated', a.attgenerated <> '' OR a.attidentity = 'a',
      'writable', pg_column_is_updatable(a.attrelid, a.attnum, false),
      'permitted', has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
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
