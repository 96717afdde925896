import { expect, it } from 'vitest'
import { onSqlite } from '../../../../test/support/store/test-databases.ts'
import { inTransaction, NOW, update } from '../../../../test/support/store/test-updates.ts'
import { readRecords } from '../read/read-records.ts'

onSqlite((at) => {
  const rowOf = async (table: string) => (await at.rows(`SELECT * FROM ${table}`))[0]

  it('stamps as the column is declared, and compares as it holds', async () => {
    await at.run(
      'CREATE TABLE counted (id INTEGER PRIMARY KEY, at INTEGER, n INTEGER)',
      'CREATE TABLE stamped (id INTEGER PRIMARY KEY, at DATETIME, n INTEGER)',
      'INSERT INTO counted VALUES (1, 1000, 0)',
      'INSERT INTO stamped VALUES (1, 1767225600000, 0)',
    )
    const counted = await at.table({ table: 'counted', key: 'id', refreshedAt: 'at' })
    expect((await inTransaction(at, counted, [update(counted, '1', { n: 1 }, '999')])).superseded).toEqual(['1'])
    expect((await inTransaction(at, counted, [update(counted, '1', { n: 1 }, '1001')])).updated).toEqual(['1'])
    expect(await at.rows('SELECT at, typeof(at) AS t FROM counted')).toEqual([{ at: NOW.getTime(), t: 'integer' }])
    const stamped = await at.table({ table: 'stamped', key: 'id', refreshedAt: 'at' })
    expect(
      (await inTransaction(at, stamped, [update(stamped, '1', { n: 1 }, '2025-12-31T23:59:59Z')])).superseded,
    ).toEqual(['1'])
    expect((await inTransaction(at, stamped, [update(stamped, '1', { n: 1 }, '2026-01-01 00:00:00')])).updated).toEqual(
      ['1'],
    )
    expect(await at.rows('SELECT CAST(at AS TEXT) AS at, typeof(at) AS t FROM stamped')).toEqual([
      { at: NOW.toISOString(), t: 'text' },
    ])
  })

  it('stores each value in the class of its column', async () => {
    await at.run(
      'CREATE TABLE kinds (id INTEGER PRIMARY KEY, i INTEGER, r REAL, n DECIMAL(10,2), t TEXT, b BOOLEAN, j JSON, d DATETIME, z VARCHAR(5))',
      'INSERT INTO kinds (id) VALUES (1)',
    )
    const kinds = await at.table({ table: 'kinds', key: 'id' })
    const values = {
      i: '9223372036854775807',
      r: '0.1',
      n: '12.50',
      t: '007',
      b: true,
      j: { a: 1 },
      d: new Date(0),
      z: 12345678,
    }
    expect((await inTransaction(at, kinds, [update(kinds, '1', values)])).updated).toEqual(['1'])
    const types = 'ijrntbdz'
      .split('')
      .map((name) => `typeof(${name}) AS ${name}`)
      .join(', ')
    expect((await at.rows(`SELECT ${types} FROM kinds`))[0]).toEqual({
      i: 'integer',
      j: 'text',
      r: 'real',
      n: 'real',
      t: 'text',
      b: 'integer',
      d: 'text',
      z: 'text',
    })
    expect((await readRecords(at.db, kinds, ['1'])).get('1')?.row).toEqual({
      id: 1,
      i: 9223372036854775807n,
      r: 0.1,
      n: 12.5,
      t: '007',
      b: true,
      j: { a: 1 },
      d: '1970-01-01T00:00:00.000Z',
      z: '12345678',
    })
  })

  it('rejects what a STRICT table, a foreign key or NOT NULL refuses', async () => {
    await at.run(
      'CREATE TABLE parents (id INTEGER PRIMARY KEY)',
      'CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id), must TEXT NOT NULL) STRICT',
      "INSERT INTO children VALUES (1, NULL, 'a'), (2, NULL, 'b'), (3, NULL, 'c')",
    )
    const children = await at.table({ table: 'children', key: 'id' })
    const rows = [
      { key: '1', selectedAt: null, values: { parent: '7', must: 'a' } },
      { key: '2', selectedAt: null, values: { parent: 'x', must: 'a' } },
      { key: '3', selectedAt: null, values: { parent: null, must: null } },
    ]
    const result = await inTransaction(at, children, rows)
    expect(result.rejected.map(({ problem }) => problem)).toEqual([
      'FOREIGN KEY constraint failed',
      'cannot store TEXT value in INTEGER column children.parent',
      'NOT NULL constraint failed: children.must',
    ])
  })

  it("is not led by the table's own conflict rules: no row is deleted, no transaction undone", async () => {
    await at.run(
      'CREATE TABLE rules (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE, b TEXT UNIQUE ON CONFLICT ROLLBACK)',
      "INSERT INTO rules VALUES (1, 'a1', 'b1'), (2, 'a2', 'b2'), (3, 'a3', 'b3')",
    )
    const rules = await at.table({ table: 'rules', key: 'id' })
    const result = await inTransaction(at, rules, [
      update(rules, '1', { a: 'a3', b: 'x' }),
      update(rules, '2', { a: 'y', b: 'b3' }),
    ])
    expect(result.rejected.map(({ key }) => key)).toEqual(['1', '2'])
    expect(await at.rows('SELECT id FROM rules')).toHaveLength(3)
  })

  it('gives up where a trigger has undone the whole transaction', async () => {
    await at.run(
      'CREATE TABLE undone (id INTEGER PRIMARY KEY, a TEXT)',
      "INSERT INTO undone VALUES (1, 'a')",
      "CREATE TRIGGER undo BEFORE UPDATE ON undone BEGIN SELECT RAISE(ROLLBACK, 'all undone'); END",
    )
    const undone = await at.table({ table: 'undone', key: 'id' })
    await expect(inTransaction(at, undone, [update(undone, '1', { a: 'b' })])).rejects.toThrow('all undone')
    expect(await rowOf('undone')).toEqual({ id: 1, a: 'a' })
  })
})
