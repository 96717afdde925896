import type { RecordKey } from '../../../domain/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { cellNames } from '../../dialect/update-parts.ts'
import { type Db, join, type Sql } from '../../sql.ts'
import { keySql } from '../read/key-sql.ts'
import { queryJson } from '../read/query-json.ts'
import { refreshedAtSql } from '../read/refreshed-at-sql.ts'
import { type Column, columnOf, type UserTable } from '../user-table.ts'
import { halveOr } from '../write/halve.ts'
import { refusalOf } from '../write/refusal.ts'

/** New values for a record, as `encodeValues` makes them. */
export interface Proposed {
  readonly key: RecordKey
  readonly values: Readonly<Record<string, unknown>>
}

/** What a record has otherwise than proposed: the beginning of each such value, as text, by column. */
export interface Difference {
  /** As `refreshedAtSql` writes it. */
  readonly refreshedAt: string | null
  readonly from: ReadonlyMap<string, string | null>
}

/** Values are for a person to look at: so many characters of each are enough. */
const SHOWN = 200
/** PostgreSQL takes at most 100 arguments to a function. */
const CELLS_TOGETHER = 90

/**
 * Compares records with proposed values as the database would hold them (a numeric with its scale, an instant
 * rounded). A record that is gone is not in the answer; a text is what the database has against the values.
 */
export async function differences(
  db: Db,
  table: UserTable,
  proposed: readonly Proposed[],
): Promise<ReadonlyMap<RecordKey, Difference | string>> {
  const found = new Map<RecordKey, Difference | string>()
  const groups = new Map<string, Proposed[]>()
  for (const one of proposed) {
    const names = Object.keys(one.values).join('\0')
    const group = groups.get(names) ?? []
    group.push(one)
    groups.set(names, group)
  }
  for (const group of groups.values()) {
    const columns = Object.keys(group[0]?.values ?? {}).map((name) => columnOf(table, name))
    await compareOrHalve(db, table, columns, group, found)
  }
  return found
}

async function compareOrHalve(
  db: Db,
  table: UserTable,
  columns: readonly Column[],
  proposed: readonly Proposed[],
  found: Map<RecordKey, Difference | string>,
): Promise<void> {
  try {
    for (const [key, refreshedAt, ...parts] of await queryJson<Answer[]>(
      db,
      differencesSql(table, columns, proposed),
    )) {
      const from = parts.flat().flatMap((cell, at) => (cell === 0 ? [] : [[columns[at]?.name ?? '', cell[0]] as const]))
      found.set(key, { refreshedAt, from: new Map(from) })
    }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    await halveOr(
      proposed,
      (part) => compareOrHalve(db, table, columns, part, found),
      ({ key }) => found.set(key, refusal),
    )
  }
}

/** Key, refreshedAt, and the cells in parts: 0 where they are the same, otherwise what is there. */
type Answer = [key: string, refreshedAt: string | null, ...parts: (0 | [string | null])[][]]

/** Exported for the test of its plan. */
export function differencesSql(table: UserTable, columns: readonly Column[], proposed: readonly Proposed[]): Sql {
  const { json, updates } = userTableDialect(table.dialect)
  const cells = columns.map((column, at) => updates.differing(column, at, SHOWN))
  const parts: Sql[] = []
  for (let at = 0; at < cells.length; at += CELLS_TOGETHER) {
    parts.push(json.array(join(cells.slice(at, at + CELLS_TOGETHER))))
  }
  const record = json.array(join([keySql(table, 'r'), refreshedAtSql(table, 'r'), ...parts]))
  const rows = proposed.map(({ key, values }) => [key, ...columns.map(({ name }) => values[name])] as const)
  return updates.selectMatching(table, cellNames(columns.length), rows, record)
}
