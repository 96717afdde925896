import { grouped } from '../../../domain/values/grouped.ts'
import type { RecordKey } from '../../../domain/values/record.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { cellNames } from '../../dialect/update-parts.ts'
import { type Db, queryJsonList, type Sql } from '../../sql.ts'
import { type RecordJson, recordJson } from '../read/record-json.ts'
import { type Column, columnOf, type UserTable } from '../user-table.ts'
import { inHalves } from '../write/in-halves.ts'
import { refusalOf } from '../write/savepoint.ts'

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

/**
 * Compares records with proposed values as the database would hold them (a numeric with its scale, an instant
 * rounded). A record that is gone is not in the answer; a text is what the database has against the values.
 */
export async function differences(db: Db, table: UserTable, proposed: readonly Proposed[]) {
  const found = new Map<RecordKey, Difference | string>()
  for (const group of grouped(proposed, ({ values }) => Object.keys(values).join('\0'))) {
    const columns = Object.keys(group[0]?.values ?? {}).map((name) => columnOf(table, name))
    await inHalves(
      group,
      (some) => compare(db, table, columns, some, found),
      ({ key }, refusal) => found.set(key, refusal),
    )
  }
  return found
}

/** Answers what the database has against the values; null: nothing, and what differs is in `found`. */
async function compare(
  db: Db,
  table: UserTable,
  columns: readonly Column[],
  some: readonly Proposed[],
  found: Map<RecordKey, Difference | string>,
) {
  const { told } = userTableDialect(table.dialect).updates
  const query = differencesSql(table, columns, some)
  try {
    for (const [key, refreshedAt, ...parts] of await queryJsonList<RecordJson<unknown>>(db, query)) {
      const from = parts.flat().flatMap((cell, at) => {
        const differing = told(cell)
        return differing === 0 ? [] : [[columns[at]?.name ?? '', differing[0]] as const]
      })
      found.set(key, { refreshedAt, from: new Map(from) })
    }
    return null
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    return refusal
  }
}

/** Cells are 0 where they are the same, otherwise what is there. Exported for the test of its plan. */
export function differencesSql(table: UserTable, columns: readonly Column[], proposed: readonly Proposed[]): Sql {
  const { updates } = userTableDialect(table.dialect)
  const cells = columns.map((column, at) => updates.differing(column, at, SHOWN))
  const rows = proposed.map(({ key, values }) => [key, ...columns.map(({ name }) => values[name])] as const)
  return updates.selectMatching(table, cellNames(columns.length), rows, recordJson(table, cells))
}
