import { ownDialect } from '../dialect/dialect-of.ts'
import { type Db, type Dialect, sql } from '../sql.ts'
import { ownTables } from '../tables.ts'

/** The keys of a few of a run's items, by their places in it. */
export async function keysAt(
  client: Db,
  dialect: Dialect,
  runNo: number,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { item } = ownTables(dialect)
  const all = ownDialect(dialect).json.wholeNumbers(JSON.stringify(seqs))
  const rows = await client.$queryRaw<{ seq: number | bigint; key: string }[]>(
    sql`SELECT seq, key FROM ${item} WHERE run_no = ${runNo} AND seq IN (${all})`,
  )
  return new Map(rows.map(({ seq, key }) => [Number(seq), key]))
}
