import type { Problem } from '../../domain/errors/problem.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import type { Db } from '../sql.ts'
import type { Unique } from '../user-table/describe/catalog.ts'
import { columnNamed, isWritable, ofType } from '../user-table/describe/check-columns.ts'
import type { Column, ColumnKind, UserTable } from '../user-table/user-table.ts'

export interface ImportColumn extends Column {
  /** 'key': tells persons apart. 'value': changed where it differs. 'new': for a new record only. Keys never change. */
  readonly role: 'key' | 'value' | 'new'
  /** A new record cannot do without it. */
  readonly required: boolean
}

/** The user's table, as one import writes it. Plain data: it can be cloned and sent to a worker. */
export interface ImportTarget {
  readonly table: UserTable
  /** In the order of a row's values. */
  readonly columns: readonly ImportColumn[]
  /** A null overwrites; without it no null ever comes. */
  readonly nullsOverwrite: boolean
}

export interface ImportWanted {
  readonly key: readonly string[]
  readonly columns: readonly string[]
  readonly nullsOverwrite: boolean
}

/** Of these two texts that differ are two keys, and a number is one text. */
const KEY_KINDS: readonly ColumnKind[] = ['integer', 'bigint', 'text', 'uuid', 'date', 'enum']

/** Checks an import's columns against the table. Paths: `records.import.key`, `records.import.columns.NAME`. */
export async function describeTarget(
  db: Db,
  table: UserTable,
  wanted: ImportWanted,
): Promise<{ readonly target: ImportTarget } | { readonly problems: Problem[] }> {
  const { key, nullsOverwrite } = wanted
  const unique = (await userTableDialect(table.dialect).catalog.unique(db, table)).filter((set) => !set.deferrable)
  const problems: Problem[] = []
  const columns = wanted.columns.flatMap((name) => {
    const path = `records.import.columns.${name}`
    const column = columnNamed(table.columns, name, path, problems)
    if (column === null) return []
    const described = describeColumn(column, table, key)
    const obstacle = obstacleTo(described, table)
    if (obstacle !== null) problems.push({ path, found: `"${name}", ${obstacle}`, allowed: 'a column to import into' })
    return [described]
  })
  // The unique index covers the key, neither more nor less.
  const isUnique = unique.some(({ columns }) => {
    return columns.length === key.length && key.every((name) => columns.includes(name))
  })
  if (!isUnique && columns.length === wanted.columns.length) problems.push(notUnique(key, unique))
  problems.push(...unfilled(table, wanted.columns))
  return problems.length > 0 ? { problems } : { target: { table, columns, nullsOverwrite } }
}

function describeColumn(column: Column, table: UserTable, key: readonly string[]): ImportColumn {
  const isPrimary = column.name === table.key.name
  return {
    ...column,
    role: key.includes(column.name) ? 'key' : isPrimary ? 'new' : 'value',
    required: (!column.nullable || isPrimary) && !column.hasDefault,
  }
}

function obstacleTo(column: ImportColumn, table: UserTable): string | null {
  const { name, role } = column
  if (name === table.refreshedAt?.name) return 'the column that records.refreshedAt names: only fresh data stamps it'
  if (column.generated) return 'which the database computes itself'
  if (column.closed) return 'closed to this database user, who lacks the INSERT privilege'
  if (role === 'value' && column.locked !== undefined) return `which is ${column.locked}`
  if (role === 'key' && !KEY_KINDS.includes(column.kind))
    return `${ofType(column)}: a key is whole numbers, text, a uuid or a date`
  if (role === 'key' && column.looseCollation) return 'whose collation takes different texts for equal'
  return isWritable(column) ? null : `${ofType(column)}, which spenddown cannot write`
}

function notUnique(key: readonly string[], unique: readonly Unique[]): Problem {
  const shown = (columns: readonly string[]) => (columns.length === 1 ? `'${columns[0]}'` : `[${columns.join(', ')}]`)
  const sets = unique.map(({ columns }) => shown(columns)).join(' or ')
  return {
    path: 'records.import.key',
    found: `${shown(key)}, which no unique index covers`,
    allowed: sets === '' ? 'unique columns (the table has none yet)' : `what is unique in the table: ${sets}`,
    hint: `A unique index on ${key.map((name) => `"${name}"`).join(', ')} makes it a key.`,
  }
}

/** Columns that a new record cannot do without, and that nothing would fill. */
function unfilled(table: UserTable, filled: readonly string[]): Problem[] {
  return table.columns.flatMap(({ name, nullable, generated, hasDefault }) => {
    const isPrimary = name === table.key.name
    if ((nullable && !isPrimary) || generated || hasDefault || filled.includes(name)) return []
    const found = `nothing for "${name}", which is ${isPrimary ? 'the primary key' : 'NOT NULL'} and has no default`
    return [{ path: 'records.import.columns', found, allowed: 'a value for each column that a new record needs' }]
  })
}
