import { beforeEach, expect, it } from 'vitest'
import { onMariadb } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, update } from '../../../../test/support/store/test-updates.ts'
import { changedColumns } from '../compare/changed-columns.ts'
import { preconditionOf } from '../compare/precondition.ts'
import { readRecords } from '../read/read-records.ts'
import type { UserTable } from '../user-table.ts'
import { encodeValues } from '../values/encode-values.ts'

onMariadb((at) => {
  const made = async (columns: string, ...statements: string[]): Promise<UserTable> => {
    await at.run('DROP TABLE IF EXISTS t', `CREATE TABLE t (${columns})`, ...statements)
    return at.table({ table: 't', key: 'id', ...(/\bat\b/.test(columns) ? { refreshedAt: 'at' } : {}) })
  }
  const rowOf = async (table: UserTable, key: string) => (await readRecords(at.db, table, [key])).get(key)
  let table: UserTable

  beforeEach(async () => {
    table = await made(
      `id int PRIMARY KEY, old varchar(20) CHARACTER SET utf8mb3, west varchar(20) CHARACTER SET latin1, short varchar(3),
        tiny tinyint unsigned, price decimal(6,2) UNIQUE, mood enum('b','2','1'), day date, doc json, must int NOT NULL DEFAULT 1`,
      'INSERT INTO t (id) VALUES (1), (2), (3)',
    )
  })

  it.each([
    ['a character of four bytes in a column of three', { old: 'a😀' }],
    ['a letter that latin1 has not', { west: 'ł' }],
  ])('nothing is cut, and nothing becomes a question mark: %s', async (_, values) => {
    const rows = [update(table, '1', values), update(table, '2', { old: 'é', west: 'é' })]
    const result = await inTransaction(at, table, rows)
    expect(result).toMatchObject({ updated: ['2'], rejected: [{ key: '1' }] })
    expect(result.rejected[0]?.problem).toMatch(/^Incorrect string value for column/)
    expect((await rowOf(table, '1'))?.row).toMatchObject({ old: null, west: null })
    expect((await rowOf(table, '2'))?.row).toMatchObject({ old: 'é', west: 'é' })
  })

  it('what the database refuses is refused without the value', async () => {
    await at.run('UPDATE t SET price = 12.5 WHERE id = 3')
    const raw = (key: string, values: Record<string, string>) => ({ key, selectedAt: null, values })
    const result = await inTransaction(at, table, [raw('1', { price: '12.50' }), raw('2', { day: '2026-02-31' })])
    expect(result.rejected.map(({ problem }) => problem)).toEqual([
      "Duplicate entry for key 'price'",
      expect.stringMatching(/^Incorrect date value for column/),
    ])
    expect(JSON.stringify(result)).not.toMatch(/12\.5|02-31/)
  })

  it('an ENUM takes its labels, and no number of one', async () => {
    expect(encodeValues(table, { mood: '3' })).toHaveProperty('problem')
    expect((await inTransaction(at, table, [update(table, '1', { mood: '2' })])).updated).toEqual(['1'])
    expect((await rowOf(table, '1'))?.row.mood).toBe('2')
  })

  it('numbers keep to their ranges', () => {
    expect(encodeValues(table, { tiny: 255 })).toMatchObject({ values: { tiny: '255' } })
    for (const tiny of [256, -1]) expect(encodeValues(table, { tiny })).toHaveProperty('problem')
    expect(encodeValues(table, { price: '10000' })).toHaveProperty('problem')
  })

  it('a record that holds the values already counts as written: rows that are found, not rows that change', async () => {
    const rows = () => [update(table, '1', { short: 'a' }), update(table, '2', { short: null })]
    expect((await inTransaction(at, table, rows())).updated).toEqual(['1', '2'])
    expect((await inTransaction(at, table, rows())).updated).toEqual(['1', '2'])
  })

  it('columns of the names that a statement uses itself are the table’s', async () => {
    const odd = await made(
      'id int PRIMARY KEY, k text, s text, c0 text, c1 text, n text, v text, r text, j text, "key" text, element text',
      'INSERT INTO t (id) VALUES (1)',
    )
    const values = Object.fromEntries(odd.columns.slice(1).map(({ name }) => [name, `of ${name}`]))
    expect((await inTransaction(at, odd, [update(odd, '1', values)])).updated).toEqual(['1'])
    expect((await rowOf(odd, '1'))?.row).toEqual({ id: 1, ...values })
  })

  it('backticks, double quotes and 64 letters in names', async () => {
    const names = ['tick`s', 'say "hi"', 'ü'.repeat(64), 'select']
    const odd = await made(
      `id int PRIMARY KEY, ${names.map((name) => `"${name.replaceAll('"', '""')}" text`).join(', ')}`,
      'INSERT INTO t (id) VALUES (1)',
    )
    const values = Object.fromEntries(names.map((name, at) => [name, `v${at}`]))
    expect((await inTransaction(at, odd, [update(odd, '1', values)])).updated).toEqual(['1'])
    expect((await rowOf(odd, '1'))?.row).toEqual({ id: 1, ...values })
  })

  it.each([
    ['datetime', '2026-11-05T10:00:00.000000Z'],
    ['datetime(2)', '2026-11-05T10:00:00.120000Z'],
    ['datetime(6)', '2026-11-05T10:00:00.123000Z'],
    ['timestamp(3) NULL', '2026-11-05T10:00:00.123000Z'],
    ['timestamp NULL ON UPDATE CURRENT_TIMESTAMP', '2026-11-05T10:00:00.000000Z'],
  ])('the guard compares what the column keeps of an instant: %s', async (type, kept) => {
    const stamped = await made(`id int PRIMARY KEY, a text, at ${type}`, 'INSERT INTO t (id) VALUES (1)')
    expect((await inTransaction(at, stamped, [update(stamped, '1', { a: 'x' })])).updated).toEqual(['1'])
    const read = await rowOf(stamped, '1')
    expect(read?.refreshedAt).toBe(kept)
    // Who has read it since may write.
    expect((await inTransaction(at, stamped, [update(stamped, '1', { a: 'y' }, kept)])).updated).toEqual(['1'])
    await at.run("UPDATE t SET at = '2027-01-01 00:00:00'")
    expect((await inTransaction(at, stamped, [update(stamped, '1', { a: 'z' }, kept)])).superseded).toEqual(['1'])
  })

  it('a zero date is no instant: it comes before all others, and is read as text', async () => {
    const stamped = await made(
      'id int PRIMARY KEY, a text, at datetime, born date',
      "INSERT INTO t (id, at, born) VALUES (1, '0000-00-00 00:00:00', '0000-00-00')",
    )
    const read = await rowOf(stamped, '1')
    expect(read).toMatchObject({ refreshedAt: '0000-00-00T00:00:00.000000Z', row: { born: '0000-00-00' } })
    const row = update(stamped, '1', { a: 'x' }, read?.refreshedAt ?? null)
    expect((await inTransaction(at, stamped, [row])).updated).toEqual(['1'])
    expect((await rowOf(stamped, '1'))?.refreshedAt).toBe('2026-11-05T10:00:00.000000Z')
  })

  it('a key is what its bytes are, whatever its collation takes for equal', async () => {
    const named = await made(
      'id varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, a text',
      "INSERT INTO t VALUES ('Ann', ''), ('é', '')",
    )
    const rows = ['ann', 'Ann ', 'e', 'Ann'].map((key) => update(named, key, { a: 'x' }))
    expect(await inTransaction(at, named, rows)).toMatchObject({ updated: ['Ann'], gone: ['ann', 'Ann ', 'e'] })
    expect([...(await readRecords(at.db, named, ['ann', 'Ann', 'é', 'E'])).keys()].sort()).toEqual(['Ann', 'é'])
  })

  it('truth values of a TINYINT(1), other numbers as numbers', async () => {
    const flags = await made('id int PRIMARY KEY, f tinyint(1), b bit(1)', 'INSERT INTO t VALUES (1, 2, 1), (2, 1, 0)')
    expect((await rowOf(flags, '1'))?.row).toEqual({ id: 1, f: 2, b: true })
    expect((await rowOf(flags, '2'))?.row).toEqual({ id: 2, f: true, b: false })
    expect((await inTransaction(at, flags, [update(flags, '1', { f: 'no', b: 0 })])).updated).toEqual(['1'])
    expect((await rowOf(flags, '1'))?.row).toEqual({ id: 1, f: false, b: false })
  })

  it('whole numbers to the last, decimals to their scale, and a FLOAT as short as it was written', async () => {
    const numbers = await made(
      'id bigint unsigned PRIMARY KEY, big bigint unsigned, price decimal(30,10), f float',
      'INSERT INTO t (id) VALUES (18446744073709551615)',
    )
    const values = { big: 18446744073709551615n, price: '12345678901234567890.0123456789', f: 0.1 }
    const rows = [update(numbers, '18446744073709551615', values)]
    expect((await inTransaction(at, numbers, rows)).updated).toHaveLength(1)
    const row = (await rowOf(numbers, '18446744073709551615'))?.row ?? {}
    expect(row).toEqual({ id: 18446744073709551615n, ...values })
    const encoded = encodeValues(numbers, values)
    expect(changedColumns(numbers, row, 'values' in encoded ? encoded.values : {})).toEqual([])
    const again = { ...rows[0]!, precondition: preconditionOf(numbers, row) }
    expect((await inTransaction(at, numbers, [again])).updated).toHaveLength(1)
  })

  it('JSON is text with a check in MariaDB: what was written is what is read', async () => {
    const doc = { b: [1, null, 'ü"\\'], a: { deep: true } }
    expect((await inTransaction(at, table, [update(table, '1', { doc })])).updated).toEqual(['1'])
    expect((await rowOf(table, '1'))?.row.doc).toEqual(doc)
    // What MariaDB does not take for JSON, such as 40 levels, is its refusal, of that record alone.
    const deep = Array.from({ length: 40 }).reduce((of: unknown) => [of], 1)
    const result = await inTransaction(at, table, [update(table, '2', { doc: deep }), update(table, '3', { doc })])
    expect(result).toMatchObject({ updated: ['3'], rejected: [{ key: '2' }] })
  })

  it('reads more than one packet of the server holds', async () => {
    const large = await made(
      'id int PRIMARY KEY, a longtext',
      ...Array.from({ length: 12 }, (_, n) => {
        return `INSERT INTO t VALUES (${n}, repeat('x', 2000000))`
      }),
    )
    const read = await readRecords(
      at.db,
      large,
      Array.from({ length: 12 }, (_, n) => String(n)),
    )
    expect([...read.values()].map(({ row }) => String(row.a).length)).toEqual(Array(12).fill(2_000_000))
  })

  it('writes more than one packet of the server holds', async () => {
    const keys = Array.from({ length: 12 }, (_, n) => String(n))
    const large = await made(
      'id int PRIMARY KEY, a longtext',
      ...keys.map((key) => `INSERT INTO t (id) VALUES (${key})`),
    )
    const rows = keys.map((key) => update(large, key, { a: `${key}${'ü'.repeat(1_500_000)}` }))
    expect((await inTransaction(at, large, rows)).updated).toEqual(keys)
    expect(await at.rows('SELECT count(*) AS n FROM t WHERE char_length(a) > 1500000')).toEqual([{ n: 12n }])
  })
})
