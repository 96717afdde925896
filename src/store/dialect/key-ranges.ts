import { join, queryRows, raw, type Sql, sql } from '../sql.ts'
import { columnSql, tableSql, type UserTable } from '../user-table/user-table.ts'
import { textSql, wholeNumberSql } from './casts.ts'
import type { OwnDialect } from './own-dialect.ts'
import type { Database, Sampling } from './user-table-dialect.ts'

// A database without a clause for it samples a table whose keys are whole numbers: of each of some hundred equal parts of
// the numbers between the least key and the greatest, a stretch. Its chance is the same for each record, whatever the gaps.

const PARTS = 200
const PLACES = 10_007

interface Counting {
  readonly own: Pick<OwnDialect, 'tables'>
  /** How many rows there are, about. */
  count(db: Database, table: UserTable): Promise<number>
  countMemory(db: Database): Promise<number>
  /** A join that reads what is before it first. */
  readonly inOrder: Sql
  readonly knowsRanges: boolean
  key: Sampling['key']
}

export function samplingByKeys({ own, count, countMemory, inOrder, knowsRanges, key }: Counting): Sampling {
  const part = (table: UserTable, [least, most]: Span, share: number, seed: number) => {
    const id = columnSql(table.key, 't')
    const ranges = stretches(least, most, share, seed).map(([from, to]) => {
      return sql`${id} BETWEEN ${raw(String(from))} AND ${raw(String(to - 1n))}`
    })
    const within = ranges.length === 0 ? raw('1 = 0') : join(ranges, ' OR ')
    return sql`(SELECT t.* FROM ${tableSql(table)} AS t WHERE ${within}) AS t`
  }
  return {
    knowsRanges,
    async measure(db, table, above) {
      const span = await spanOf(db, table)
      if (span === null || span[1] - span[0] < above) return null
      return { rows: await count(db, table), part: (share, seed) => part(table, span, share, seed) }
    },
    async remembered(db, table, most) {
      const share = most / (await countMemory(db))
      const { memory } = own.tables
      const isIn = isInPart(wholeNumberSql(table.dialect, raw('m.key')), share)
      const part = sql`(SELECT m.* FROM ${memory} AS m WHERE ${isIn})`
      return sql`${share < 1 ? part : memory} AS m ${inOrder} ${tableSql(table)} AS t
        ON ${columnSql(table.key, 't')} = ${key(table, raw('m.key'))}`
    },
    key,
  }
}

/**
 * Whether a key is in a part of all keys: 256 of them that are beside each other at a time, since their rows are read from
 * the same pages. Two primes that have nothing in common with how a table was made scatter these.
 */
function isInPart(key: Sql, share: number): Sql {
  return sql`abs((${key} >> 8) % 1000003) * 7919 % ${raw(String(PLACES))} < ${raw(String(Math.ceil(share * PLACES)))}`
}

type Span = readonly [least: bigint, most: bigint]

/** Null: the keys are no whole numbers, or there are none. */
async function spanOf(db: Database, table: UserTable): Promise<Span | null> {
  const { key, dialect } = table
  if (key.kind !== 'integer' && key.kind !== 'bigint') return null
  const end = (which: 'min' | 'max') => {
    return sql`(SELECT ${textSql(dialect, sql`${raw(which)}(${columnSql(key, 't')})`)} FROM ${tableSql(table)} AS t)`
  }
  const [row] = await queryRows<Record<'least' | 'most', string | null>>(
    db,
    sql`SELECT ${end('min')} AS least, ${end('max')} AS most`,
  )
  const isWhole = (text: string | null | undefined): text is string => /^-?\d+$/.test(text ?? '')
  return isWhole(row?.least) && isWhole(row.most) ? [BigInt(row.least), BigInt(row.most)] : null
}

/** Half open; of each part, one that begins anywhere in it, and goes on at the part's beginning where it would end outside. */
export function stretches(least: bigint, most: bigint, share: number, seed: number): [from: bigint, to: bigint][] {
  const size = most - least + 1n
  if (share >= 1) return [[least, most + 1n]]
  const bounds = Array.from({ length: PARTS + 1 }, (_, at) => least + (size * BigInt(at)) / BigInt(PARTS))
  return bounds.slice(0, -1).flatMap((from, at) => {
    const length = (bounds[at + 1] as bigint) - from
    const begin = partOf(length, scattered(seed * PARTS + at))
    const over = begin + partOf(length, share) - length
    const first: [bigint, bigint] = [from + begin, over > 0n ? from + length : from + length + over]
    const all: [bigint, bigint][] = [first, [from, from + (over > 0n ? over : 0n)]]
    return all.filter(([a, b]) => a < b)
  })
}

/** From 0 up to 1, as if at random (mulberry32). */
function scattered(number: number): number {
  const state = Math.imul(number, 0x6d2b79f5)
  const mixed = Math.imul(state ^ (state >>> 15), state | 1)
  const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
  return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
}

function partOf(length: bigint, share: number): bigint {
  return (length * BigInt(Math.round(share * 1e9))) / 1_000_000_000n
}
