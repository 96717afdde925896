import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { DOUBLE, instantLiteral } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { type Dialect, sql } from '../../sql.ts'
import { tableSql, type UserTable } from '../user-table.ts'
import { parseWhere } from './parse-where.ts'
import { whereSql } from './where-sql.ts'

type Truth = boolean | null
type Value = string | number | boolean
interface Row {
  readonly id: number
  readonly [column: string]: Value | null
}

/** The values that rows and conditions share, per column, least first. */
const POOLS: Readonly<Record<string, readonly Value[]>> = {
  whole: [-5, 0, 1, 2, 2_000_000_000],
  long: ['-9223372036854775808', '0', '9007199254740992', '9007199254740993', '9223372036854775807'],
  real: [-1.5, 0, 0.1, 0.30000000000000004, 1e300],
  amount: ['-1', '0.1', '0.25', '10'],
  word: byBytes(['', ' a', 'A_b', 'Ab', 'a%b', 'ab', 'a\\b', 'b*[x]?', "o'Brien; --", 'é', '\u{ffee}', '\u{1f600}']),
  flag: [false, true],
  moment: [
    '2026-01-01T00:00:00.000Z',
    '2026-01-01T00:00:00.001Z',
    '2026-01-02T00:00:00.000Z',
    '2026-03-01T12:30:00.000Z',
  ],
  day: ['1969-12-31', '2026-01-01', '2026-01-02'],
}
function byBytes(texts: string[]): string[] {
  return texts.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

const COLUMNS = Object.keys(POOLS)
const FRAGMENTS = ['', 'a', 'A', '_', '%', '\\', '*', '[', '?', "'", 'b', 'é', '\u{1f600}']

const rowArbitrary = fc.tuple(
  ...COLUMNS.map((column) =>
    fc.option(fc.constantFrom(...(POOLS[column] as readonly Value[])), { nil: null, freq: 3 }),
  ),
)

/** One of the operators of a column, as `[name, operand]`. */
function operatorArbitrary(column: string): fc.Arbitrary<[string, unknown]> {
  const value = fc.constantFrom(...(POOLS[column] as readonly Value[]))
  const kinds: fc.Arbitrary<[string, unknown]>[] = [
    fc.tuple(fc.constantFrom('equals', 'not'), fc.option(value, { nil: null })),
    fc.tuple(fc.constantFrom('in', 'notIn'), fc.array(value, { maxLength: 4 })),
  ]
  if (column !== 'flag') kinds.push(fc.tuple(fc.constantFrom('lt', 'lte', 'gt', 'gte'), value))
  if (column === 'word')
    kinds.push(fc.tuple(fc.constantFrom('contains', 'startsWith', 'endsWith'), fc.constantFrom(...FRAGMENTS)))
  return fc.oneof(...kinds)
}

const columnArbitrary = fc.constantFrom(...COLUMNS).chain((column) => {
  const operators = fc
    .array(operatorArbitrary(column), { minLength: 1, maxLength: 3 })
    .map((each) => Object.fromEntries(each))
  const negated = operators.map((not) => ({ not }))
  const plain = fc.option(fc.constantFrom(...(POOLS[column] as readonly Value[])), { nil: null })
  return fc.oneof(operators, negated, plain).map((operand) => ({ [column]: operand }))
})

const { where } = fc.letrec<{ where: Record<string, unknown> }>((tie) => {
  const parts = fc.array(tie('where'), { maxLength: 3 })
  const part = fc.tuple(
    fc.constantFrom('AND', 'OR', 'NOT'),
    fc.oneof(
      parts,
      tie('where').map((one) => [one]),
    ),
  )
  return {
    where: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      columnArbitrary,
      part.map(([name, of]) => ({ [name]: of })),
      fc.tuple(columnArbitrary, part).map(([column, [name, of]]) => ({ ...column, [name]: of })),
    ),
  }
})

/** What Prisma's language means, in SQL's logic of three values: an oracle that shares no code with the parser. */
function meaning(json: Record<string, unknown>, row: Row): Truth {
  return and(
    Object.entries(json).map(([name, value]) => {
      const parts = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[]
      if (name === 'AND') return and(parts.map((part) => meaning(part, row)))
      if (name === 'OR') return not(and(parts.map((part) => not(meaning(part, row)))))
      if (name === 'NOT') return and(parts.map((part) => not(meaning(part, row))))
      return operand(value, row[name] ?? null, name)
    }),
  )
}

function operand(value: unknown, cell: Value | null, column: string): Truth {
  if (value === null) return cell === null
  if (typeof value !== 'object') return cell === null ? null : compare(cell, value as Value, column) === 0
  return and(Object.entries(value).map(([operator, right]) => operatorMeaning(operator, right, cell, column)))
}

function operatorMeaning(operator: string, right: unknown, cell: Value | null, column: string): Truth {
  if (operator === 'equals') return operand(right, cell, column)
  if (operator === 'not') return not(operand(right, cell, column))
  if (operator === 'notIn') return not(operatorMeaning('in', right, cell, column))
  if (operator === 'in') {
    const list = right as Value[]
    return list.length === 0 ? false : cell === null ? null : list.some((value) => compare(cell, value, column) === 0)
  }
  if (cell === null) return null
  if (operator === 'contains') return String(cell).includes(right as string)
  if (operator === 'startsWith') return String(cell).startsWith(right as string)
  if (operator === 'endsWith') return String(cell).endsWith(right as string)
  const order = compare(cell, right as Value, column)
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[operator] as boolean
}

function compare(a: Value, b: Value, column: string): number {
  const pool = POOLS[column] as readonly Value[]
  return pool.indexOf(a) - pool.indexOf(b)
}

function and(truths: readonly Truth[]): Truth {
  return truths.includes(false) ? false : truths.includes(null) ? null : true
}

function not(truth: Truth): Truth {
  return truth === null ? null : !truth
}

/** SQLite holds one instant in many ways; PostgreSQL is told in one. */
function momentText(moment: string, id: number, sqlite: boolean): string {
  if (!sqlite || id % 5 === 0) return `'${moment}'`
  const ms = Date.parse(moment)
  if (id % 5 === 1) return String(ms)
  if (id % 5 === 2) return `'${moment.replace('T', ' ').replace('Z', '')}'`
  if (id % 5 === 3) return `'${new Date(ms + 9 * 3_600_000).toISOString().replace('Z', '+09:00')}'`
  return `'${new Date(ms - 11 * 3_600_000).toISOString().replace('Z', '-11:00')}'`
}

/** A backslash is one in MySQL only if it is written twice. */
function quotedText(text: string, dialect: Dialect): string {
  const quoted = text.replaceAll("'", "''")
  return `'${dialect === 'mysql' ? quoted.replaceAll('\\', '\\\\') : quoted}'`
}

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const rows: Row[] = []
  let table: UserTable

  beforeAll(async () => {
    const real = DOUBLE[at.dialect]
    const word = {
      sqlite: 'text',
      postgresql: 'text COLLATE "C"',
      mysql: 'varchar(50) COLLATE utf8mb4_nopad_bin',
    }[at.dialect]
    const moment = { sqlite: 'datetime', postgresql: 'timestamptz', mysql: 'datetime(3)' }[at.dialect]
    const amount = at.dialect === 'mysql' ? 'numeric(12,4)' : 'numeric'
    await at.run(
      `CREATE TABLE "rows" (id integer PRIMARY KEY, whole integer, "long" bigint, "real" ${real}, amount ${amount}, word ${word},
        flag boolean, moment ${moment}, day date)`,
    )
    for (const [i, cells] of fc.sample(rowArbitrary, { numRuns: 120, seed: 7 }).entries()) {
      rows.push({
        id: i,
        ...Object.fromEntries(COLUMNS.map((column, at) => [column, cells[at] as Value | null])),
      })
    }
    const literal = (row: Row, column: string) => {
      const value = row[column] ?? null
      if (value === null) return 'NULL'
      if (column === 'moment') return momentText(instantLiteral(at.dialect, String(value)), row.id, sqlite)
      if (typeof value === 'string' && column !== 'long' && column !== 'amount') return quotedText(value, at.dialect)
      return String(value)
    }
    const values = rows.map((row) => `(${row.id}, ${COLUMNS.map((column) => literal(row, column)).join(', ')})`)
    await at.run(`INSERT INTO "rows" VALUES ${values.join(', ')}`)
    table = await at.table({ table: 'rows', key: 'id' })
  })

  it('selects exactly the records that the language says', async () => {
    await fc.assert(
      fc.asyncProperty(where, async (json) => {
        const parsed = parseWhere(json, table, 'where')
        if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
        const found = await at.db.$queryRaw<{ id: number }[]>(
          sql`SELECT r.id FROM ${tableSql(table)} AS r WHERE ${whereSql(parsed.condition, table, 'r')} ORDER BY r.id`,
        )
        const expected = rows.filter((row) => meaning(json, row) === true).map((row) => row.id)
        expect(found.map((row) => Number(row.id))).toEqual(expected)
      }),
      { numRuns: 200 },
    )
  }, 30_000)
})
