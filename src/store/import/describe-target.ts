import type { Problem } from '../../domain/problem.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import type { ImportFacts, UniqueSet } from '../dialect/import-dialect.ts'
import type { Db } from '../sql.ts'
import { isWritable } from '../user-table/describe/check-update.ts'
import { columnNamed } from '../user-table/describe/named-column.ts'
import type { Column, ColumnKind, UserTable } from '../user-table/user-table.ts'
import type { ImportColumn, ImportTarget } from './target.ts'

export interface ImportWanted {
  readonly key: readonly string[]
  readonly columns: readonly string[]
  readonly nullsOverwrite: boolean
}

/** Of these two texts that differ are two keys, and a number is one text. */
const KEY_KINDS: readonly ColumnKind[] = ['integer', 'bigint', 'text', 'uuid', 'date', 'enum']

/**
 * Checks an import's columns against the table. Problems carry the paths `records.import.key` and
 * `records.import.columns.NAME`.
 */
export async function describeTarget(
  db: Db,
  table: UserTable,
  wanted: ImportWanted,
): Promise<{ readonly target: ImportTarget } | { readonly problems: Problem[] }> {
  const dialect = userTableDialect(table.dialect).imports
  const facts = await dialect.facts(db, table)
  const problems: Problem[] = []
  if (facts.refusal !== null) {
    const found = `"${table.label}", ${facts.refusal}`
    problems.push({ path: 'records.table', found, allowed: 'for an import, a table that records can be added to' })
  }
  const columns = wanted.columns.flatMap((name) => {
    const path = `records.import.columns.${name}`
    const column = columnNamed(table.columns, name, path, problems)
    if (column === null) return []
    const described = describeColumn(column, table, wanted, facts)
    const obstacle = obstacleTo(described, table, facts)
    if (obstacle !== null) problems.push({ path, found: `"${name}", ${obstacle}`, allowed: 'a column to import into' })
    return [described]
  })
  const unique = uniqueKey(wanted, facts)
  if (unique === null && facts.refusal === null && columns.length === wanted.columns.length)
    problems.push(notUnique(wanted, facts))
  problems.push(...unfilled(table, wanted, facts))
  if (problems.length > 0) return { problems }
  const withCollation = columns.map((column) => {
    const collation = unique?.collations?.[column.name]
    return collation === undefined ? column : { ...column, collation }
  })
  const looseKey = withCollation.some((column) => column.role === 'key' && dialect.isLooseKey(column))
  return { target: { table, columns: withCollation, looseKey, nullsOverwrite: wanted.nullsOverwrite } }
}

function describeColumn(column: Column, table: UserTable, wanted: ImportWanted, facts: ImportFacts): ImportColumn {
  const isKey = wanted.key.includes(column.name)
  const hasDefault = facts.defaults.includes(column.name)
  const isPrimary = column.name === table.key.name
  return {
    ...column,
    role: isKey ? 'key' : isPrimary ? 'new' : 'value',
    required: (!column.nullable || isPrimary) && !hasDefault,
    hasDefault,
  }
}

function obstacleTo(column: ImportColumn, table: UserTable, facts: ImportFacts): string | null {
  const { name, role } = column
  if (name === table.refreshedAt?.name) return 'the column that records.refreshedAt names: only fresh data stamps it'
  if (column.generated) return 'which the database computes itself'
  if (facts.closed.includes(name)) return 'closed to this database user, who lacks the INSERT privilege'
  if (role === 'value' && column.locked !== undefined) return `which is ${column.locked}`
  if (role === 'key' && !KEY_KINDS.includes(column.kind))
    return `of type ${column.declaredType || 'none'}: a key is whole numbers, text, a uuid or a date`
  if (role === 'key' && column.looseCollation) return 'whose collation takes different texts for equal'
  return isWritable(column) ? null : `of type ${column.declaredType || 'none'}, which spenddown cannot write`
}

/** The unique index that covers the key, neither more nor less. */
function uniqueKey({ key }: ImportWanted, { unique }: ImportFacts): UniqueSet | null {
  return (
    unique.find(({ columns }) => columns.length === key.length && key.every((name) => columns.includes(name))) ?? null
  )
}

function notUnique({ key }: ImportWanted, { unique }: ImportFacts): Problem {
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
function unfilled(table: UserTable, { columns }: ImportWanted, { defaults }: ImportFacts): Problem[] {
  return table.columns.flatMap((column) => {
    const needed = !column.nullable || column.name === table.key.name
    if (!needed || column.generated || defaults.includes(column.name) || columns.includes(column.name)) return []
    const what = column.name === table.key.name ? 'the primary key' : 'NOT NULL'
    const found = `nothing for "${column.name}", which is ${what} and has no default`
    return [{ path: 'records.import.columns', found, allowed: 'a value for each column that a new record needs' }]
  })
}
