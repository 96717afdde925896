import { sqliteType } from '../../../src/store/dialect/sqlite/column-type.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import type { Column, ColumnKind, UserTable, ValueType } from '../../../src/store/user-table/user-table.ts'

/** A column as `describeTable` would tell it, for tests that need no database. */
export function column(name: string, kind: ColumnKind, castType: string = kind, more: Partial<Column> = {}): Column {
  return {
    name,
    declaredType: castType,
    kind,
    sqlType: castType,
    castType,
    nullable: true,
    generated: false,
    ...more,
  }
}

export function sqliteColumn(name: string, declaredType: string, more: Partial<Column> = {}): Column {
  return { name, ...sqliteType(declaredType), nullable: true, generated: false, ...more }
}

export function tableOf(dialect: Dialect, columns: readonly Column[], refreshedAt?: string): UserTable {
  const [key] = columns
  if (key === undefined) throw new Error('a table has columns')
  const stamp = columns.find(({ name }) => name === refreshedAt) ?? null
  const schema = dialect === 'sqlite' ? {} : { schema: 'public' }
  return { dialect, ...schema, name: 'people', label: 'people', columns, key, refreshedAt: stamp }
}

const MOOD: Partial<ValueType> = { labels: ['sad', 'ok'] }

/** One column of each kind; the key is a whole number. */
export const PEOPLE: UserTable = tableOf(
  'postgresql',
  [
    column('id', 'integer', 'integer', { nullable: false }),
    column('small', 'integer', 'smallint'),
    column('big', 'bigint'),
    column('price', 'numeric', 'numeric', { precision: 6, scale: 2 }),
    column('score', 'float', 'double precision'),
    column('ratio', 'float', 'real'),
    column('active', 'boolean'),
    column('country', 'text', 'text'),
    column('code', 'text', 'character varying', { maxLength: 3 }),
    column('uid', 'uuid'),
    column('data', 'json', 'jsonb'),
    column('seen', 'timestamp', 'timestamp without time zone'),
    column('refreshed_at', 'timestamptz', 'timestamp with time zone'),
    column('born', 'date'),
    column('wakes', 'time', 'time without time zone'),
    column('mood', 'enum', 'public.mood', MOOD),
    column('tags', 'array', 'text[]', { element: column('', 'text') }),
    column('marks', 'array', 'integer[]', { element: column('', 'integer', 'integer') }),
    column('photo', 'bytes', 'bytea'),
    column('address', 'other', 'inet'),
    column('must', 'text', 'text', { nullable: false }),
  ],
  'refreshed_at',
)

/** The same in SQLite, by its declared types. */
export const SQLITE_PEOPLE: UserTable = tableOf(
  'sqlite',
  [
    sqliteColumn('id', 'INTEGER', { nullable: false }),
    sqliteColumn('big', 'BIGINT'),
    sqliteColumn('price', 'DECIMAL(6,2)'),
    sqliteColumn('score', 'REAL'),
    sqliteColumn('active', 'BOOLEAN'),
    sqliteColumn('country', 'TEXT'),
    sqliteColumn('code', 'VARCHAR(3)'),
    sqliteColumn('uid', 'UUID'),
    sqliteColumn('data', 'JSON'),
    sqliteColumn('seen', 'DATETIME'),
    sqliteColumn('refreshed_at', 'INTEGER', { instant: 'epoch-ms' }),
    sqliteColumn('born', 'DATE'),
  ],
  'refreshed_at',
)
