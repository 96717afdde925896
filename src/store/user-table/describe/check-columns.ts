import { nearestName, type Problem } from '../../../domain/errors/problem.ts'
import type { OrderBy } from '../../../domain/values/where.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import type { Dialect } from '../../sql.ts'
import {
  type Column,
  type ColumnKind,
  findColumn,
  isComparable,
  type UserTable,
  type ValueType,
} from '../user-table.ts'
import type { Unique } from './catalog.ts'

const KEY_KINDS: readonly ColumnKind[] = ['integer', 'bigint', 'text', 'uuid']

/** The column of that name, capitals and all; null, and a problem more, where the table has none. */
export function columnNamed(columns: readonly Column[], name: string, path: string, problems: Problem[]) {
  const column = findColumn(columns, name)
  if (column === undefined) problems.push(noColumn(columns, name, path))
  return column ?? null
}

export function noColumn(columns: readonly Column[], name: string, path: string): Problem {
  const names = columns.map((column) => column.name)
  const near = nearestName(name, names)
  const allowed = names.length <= 12 ? `a column of the table: ${names.join(', ')}` : 'a column of the table'
  const hint = near === undefined ? undefined : `Did you mean \`${near}\`?`
  return { path, found: `"${name}", which the table does not have`, allowed, hint }
}

/** The column's type, for a problem's `found`. */
export function ofType({ declaredType }: ValueType): string {
  return `of type ${declaredType || 'none'}`
}

/** A key identifies one record: the primary key, or a column that is NOT NULL and unique by itself. */
export function checkKey(key: Column, unique: readonly Unique[], path: string): Problem[] {
  const problems = checkUnique(key, unique, path)
  if (problems.length > 0 || key.notAKey === undefined) return problems
  return [{ path, found: `"${key.name}", ${key.notAKey}`, allowed: 'another key' }]
}

function checkUnique(key: Column, unique: readonly Unique[], path: string): Problem[] {
  if (!KEY_KINDS.includes(key.kind)) {
    const allowed = 'a key of type integer, bigint, uuid or text'
    return [{ path, found: `"${key.name}" ${ofType(key)}`, allowed }]
  }
  const allowed = 'the primary key, or a NOT NULL column with a unique index of its own'
  const primaryKey = unique.find(({ primary }) => primary)?.columns ?? []
  const [first, ...more] = primaryKey
  if (first === key.name && more.length === 0) return []
  if (unique.some(({ columns }) => columns.length === 1 && columns[0] === key.name))
    return key.nullable ? [{ path, found: `"${key.name}", which is unique but may be NULL`, allowed }] : []
  if (primaryKey.includes(key.name))
    return [{ path, found: `"${key.name}", only a part of the primary key (${primaryKey.join(', ')})`, allowed }]
  const hint = primaryKey.length === 1 ? `The primary key is \`${first}\`.` : undefined
  return [{ path, found: `"${key.name}", which is not unique`, allowed, hint }]
}

/** `refreshedAt` must hold instants, and must be ours to write. */
export function checkRefreshedAt(column: Column, key: string, dialect: Dialect, path: string): Problem[] {
  const { allowed, kinds } = userTableDialect(dialect).instants
  if (column.name === key) return [{ path, found: `"${column.name}", the key`, allowed }]
  if (!kinds.includes(column.kind)) return [{ path, found: `"${column.name}" ${ofType(column)}`, allowed }]
  const locked = column.generated ? 'computed by the database' : column.locked
  return locked === undefined ? [] : [{ path, found: `"${column.name}", which is ${locked}`, allowed }]
}

/** Checks the columns that a config wants to update; each problem's path is `pathPrefix` and the column's name. */
export function checkUpdate(table: UserTable, columns: readonly string[], pathPrefix: string): Problem[] {
  const problems: Problem[] = []
  for (const name of columns) {
    const path = `${pathPrefix}.${name}`
    const column = columnNamed(table.columns, name, path, problems)
    const obstacle = column === null ? null : obstacleTo(column, table)
    if (obstacle !== null)
      problems.push({ path, found: `"${name}", ${obstacle}`, allowed: 'a column to write fresh data to' })
  }
  return problems
}

function obstacleTo(column: Column, table: UserTable): string | null {
  if (column.name === table.key.name) return 'the key'
  if (column.name === table.refreshedAt?.name)
    return 'the column that records.refreshedAt names: spenddown stamps it itself'
  if (column.generated) return 'which the database computes itself'
  if (column.locked !== undefined) return `which is ${column.locked}`
  return isWritable(column) ? null : `${ofType(column)}, which spenddown cannot write`
}

/** Whether spenddown can write values of the type. */
export function isWritable({ kind, element }: ValueType): boolean {
  if (kind === 'array') return element !== undefined && element.kind !== 'array' && isWritable(element)
  return kind !== 'bytes' && kind !== 'other'
}

/** Checks the columns by which records share a request; each problem's path is `path` and the place in the list. */
export function checkDedupe(table: UserTable, columns: readonly string[], path: string): Problem[] {
  return checkComparable(table, columns, path, 'a column of text, numbers, truth values, uuids or instants')
}

/** Checks the columns of an order; each problem's path is `path` and the place in the list. */
export function checkOrderBy(table: UserTable, orderBy: readonly OrderBy[], path: string): Problem[] {
  const columns = orderBy.map(({ column }) => column)
  return checkComparable(table, columns, path, 'a column whose values have an order')
}

/** Checks the columns that tell groups apart; each problem's path is `path` and the place in the list. */
export function checkGroups(table: UserTable, columns: readonly string[], path: string): Problem[] {
  return checkComparable(table, columns, path, 'a column of text, numbers, truth values, uuids or instants')
}

const NUMERIC: readonly ColumnKind[] = ['integer', 'bigint', 'numeric', 'float']

/** Checks a column by which records count more or less. */
export function checkWeight(table: UserTable, name: string, path: string): Problem[] {
  const problems: Problem[] = []
  const column = columnNamed(table.columns, name, path, problems)
  if (column !== null && !NUMERIC.includes(column.kind))
    problems.push({ path, found: `"${name}" ${ofType(column)}`, allowed: 'a column of numbers' })
  return problems
}

function checkComparable(table: UserTable, columns: readonly string[], path: string, allowed: string): Problem[] {
  const problems: Problem[] = []
  for (const [at, name] of columns.entries()) {
    const column = columnNamed(table.columns, name, `${path}[${at}]`, problems)
    if (column !== null && !isComparable(column))
      problems.push({ path: `${path}[${at}]`, found: `"${name}" ${ofType(column)}`, allowed })
  }
  return problems
}
