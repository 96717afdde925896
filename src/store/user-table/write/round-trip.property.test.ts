import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { KEY_TEXT } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, update } from '../../../../test/support/store/test-updates.ts'
import { readRecords } from '../read/read-records.ts'
import type { UserTable } from '../user-table.ts'

const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('\0'))
const json = fc.json({ stringUnit: 'grapheme' }).map((each) => JSON.parse(each.replaceAll('\\u0000', '')) as unknown)
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const moment = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
})
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })

const record = fc.record({
  n: nullable(fc.integer()),
  big: nullable(long),
  r: nullable(fc.double({ noNaN: true, noDefaultInfinity: true })),
  f: nullable(fc.boolean()),
  t: nullable(text),
  j: nullable(json),
  at: nullable(moment),
})

/** A whole number as it is read: exact, and a number where that is. */
const asRead = (value: bigint | null) =>
  value === null || !Number.isSafeInteger(Number(value)) ? value : Number(value)
/** JSON knows no negative zero. */
const unsigned = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  let table: UserTable
  beforeAll(async () => {
    const [real, document, stamp] = {
      sqlite: ['real', 'json', 'datetime'],
      postgresql: ['double precision', 'jsonb', 'timestamptz'],
      mysql: ['double', 'json', 'datetime(3)'],
    }[at.dialect]
    await at.run(
      `CREATE TABLE kept (id ${KEY_TEXT[at.dialect]} PRIMARY KEY NOT NULL, n integer, big bigint, r ${real}, f boolean, t text, j ${document}, at ${stamp})`,
      "INSERT INTO kept (id) VALUES ('1')",
    )
    table = await at.table({ table: 'kept', key: 'id' })
  })

  it('reads back exactly what was written', async () => {
    await fc.assert(
      fc.asyncProperty(record, async (values) => {
        const result = await inTransaction(at, table, [update(table, '1', values)])
        expect(result.updated).toEqual(['1'])
        const row = (await readRecords(at.db, table, ['1'])).get('1')?.row
        expect(row).toEqual({
          id: '1',
          ...values,
          big: asRead(values.big),
          r: unsigned(values.r),
          j: unsigned(values.j),
          at: sqlite ? (values.at?.toISOString() ?? null) : values.at,
        })
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})
