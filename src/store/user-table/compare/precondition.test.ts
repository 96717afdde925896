import { expect, it } from 'vitest'
import { onEachDatabase } from '../../../../test/support/store/test-databases.ts'
import { update } from '../../../../test/support/store/test-updates.ts'
import { readRecords } from '../read/read-records.ts'
import { updateRecords } from '../write/update-records.ts'
import { preconditionOf } from './precondition.ts'

const STAMP = new Date('2026-11-05T10:00:00.123Z')

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const types = {
    sqlite: {
      email: 'text COLLATE NOCASE',
      n: 'integer',
      big: 'bigint',
      r: 'real',
      flag: 'boolean',
      at: 'text',
      doc: 'json',
      any: '',
    },
    postgresql: {
      email: 'text',
      n: 'integer',
      big: 'bigint',
      r: 'double precision',
      r4: 'real',
      num: 'numeric(12,4)',
      flag: 'boolean',
      at: 'timestamptz',
      local: 'timestamp',
      day: 'date',
      clock: 'time',
      id2: 'uuid',
      code: 'char(5)',
      doc: 'jsonb',
      tags: 'text[]',
    },
    mysql: {
      email: 'varchar(50) COLLATE utf8mb4_general_ci',
      n: 'int unsigned',
      big: 'bigint unsigned',
      r: 'double',
      r4: 'float',
      num: 'decimal(12,4)',
      flag: 'boolean',
      at: 'timestamp(6) NULL',
      local: 'datetime(6)',
      day: 'date',
      clock: 'time(1)',
      id2: 'uuid',
      code: 'char(5)',
      doc: 'json',
      tags: "enum('x','y')",
    },
  }[at.dialect]
  const first = {
    sqlite: "1, 'a@x', 7, 9007199254740993, 0.1 + 0.2, true, '2026-01-01T00:00:00.000Z', '{\"a\": 1.0}', 'x'",
    postgresql: `1, 'a@x', 7, 9007199254740993, 0.1::float8 + 0.2, 0.1, 1.5, true, '2026-01-01 10:00:00.123456+02', '1969-01-01 00:00:00.999999',
       '2026-02-03', '10:11:12.5', 'c1f9b6f0-5d7f-4c3a-9d2e-0a8f4f1f2b3c', 'ab', '{"a": 1.0}', '{x}'`,
    mysql: `1, 'a@x', 7, 18446744073709551615, 0.1e0 + 0.2e0, 0.1, 1.5, true, '2026-01-01 08:00:00.123456', '1969-01-01 00:00:00.999999',
       '2026-02-03', '10:11:12.5', 'c1f9b6f0-5d7f-4c3a-9d2e-0a8f4f1f2b3c', 'ab', '{"a": 1.0}', 'x'`,
  }[at.dialect]

  async function people() {
    const columns = Object.entries(types).map(([name, type]) => `"${name}" ${type}`)
    await at.run(
      'DROP TABLE IF EXISTS guarded',
      `CREATE TABLE guarded (id integer PRIMARY KEY, ${columns.join(', ')}, city text)`,
      `INSERT INTO guarded VALUES (${first}, 'old')`,
      'INSERT INTO guarded (id) VALUES (2)',
    )
    return at.table({ table: 'guarded', key: 'id' })
  }
  const read = async (table: Awaited<ReturnType<typeof people>>, key: string) =>
    (await readRecords(at.db, table, [key])).get(key)?.row ?? {}
  const write = (table: Awaited<ReturnType<typeof people>>, held: Readonly<Record<string, Record<string, unknown>>>) =>
    at.transaction((tx) => {
      const rows = Object.entries(held).map(([key, row]) => {
        return { ...update(table, key, { city: 'new' }), precondition: preconditionOf(table, row) }
      })
      return updateRecords(tx, table, rows, STAMP)
    })

  it('a record that holds what it held is written, whatever its columns are, NULL as well', async () => {
    const table = await people()
    const held = { 1: await read(table, '1'), 2: await read(table, '2') }
    expect(Object.keys(preconditionOf(table, held[1])).length).toBeGreaterThan(4)
    expect(await write(table, held)).toMatchObject({ updated: ['1', '2'], changed: [] })
  })

  it.each(
    sqlite ? ['email', 'n', 'at', 'any'] : ['email', 'n', 'big', 'r4', 'num', 'flag', 'at', 'local', 'day', 'id2'],
  )('a record whose %s has changed since is left as it is, and says so', async (name) => {
    const table = await people()
    const held = { 1: await read(table, '1'), 2: await read(table, '2') }
    await at.run(`UPDATE guarded SET "${name}" = NULL WHERE id = 1`)
    expect(await write(table, { 1: { [name]: held[1][name] }, 2: held[2] })).toMatchObject({
      updated: ['2'],
      changed: [{ key: '1', column: name }],
    })
    expect(await at.rows('SELECT city FROM guarded ORDER BY id')).toEqual([{ city: 'old' }, { city: 'new' }])
  })

  it('what was NULL and is not any more has changed', async () => {
    const table = await people()
    const held = { 2: await read(table, '2') }
    await at.run("UPDATE guarded SET email = 'b@x' WHERE id = 2")
    expect(await write(table, held)).toMatchObject({ updated: [], changed: [{ key: '2', column: 'email' }] })
  })

  it('the comparison is the column’s own', async () => {
    const table = await people()
    const held = { 1: { email: 'a@x' } }
    await at.run("UPDATE guarded SET email = 'A@X' WHERE id = 1")
    expect((await write(table, held)).updated).toEqual(sqlite ? ['1'] : [])
  })
})
