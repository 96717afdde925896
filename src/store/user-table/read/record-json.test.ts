import { beforeAll, expect, it } from 'vitest'
import { instantLiteral } from '../../../../test/support/databases/of-database.ts'
import { onEachDatabase, onPostgresql, onSqlite } from '../../../../test/support/store/test-databases.ts'
import { textSql } from '../../dialect/casts.ts'
import { userTableDialect } from '../../dialect/dialect-of.ts'
import { notNewer } from '../../dialect/update-parts.ts'
import { raw, sql } from '../../sql.ts'
import { tableSql, type UserTable } from '../user-table.ts'
import { isNewer } from './instant-text.ts'
import { refreshedAtSql } from './record-json.ts'

onEachDatabase((at) => {
  const instants =
    at.dialect === 'sqlite'
      ? [
          '2026-01-01',
          '2026-01-01 00:00:00',
          '2026-01-01T00:00:00.000Z',
          '2026-01-01T00:00:00.001Z',
          '2026-01-01T01:00:00+02:00',
          '1767225600000',
          '1767225600001',
          'never',
        ]
      : [
          '2026-01-01T00:00:00.000000Z',
          '2026-01-01T00:00:00.000001Z',
          '2026-01-01T00:00:00.100000Z',
          '1999-12-31T23:59:59.999999Z',
          ...(at.dialect === 'postgresql' ? ['infinity', '-infinity'] : []),
        ]

  beforeAll(async () => {
    const type = { sqlite: 'datetime', postgresql: 'timestamptz', mysql: 'datetime(6)' }[at.dialect]
    await at.run(`CREATE TABLE stamped (id integer PRIMARY KEY, at ${type})`, 'INSERT INTO stamped VALUES (0, NULL)')
    for (const [i, text] of instants.entries()) {
      const value =
        at.dialect === 'postgresql' ? sql`CAST(${text} AS timestamptz)` : sql`${instantLiteral(at.dialect, text)}`
      await at.db.$executeRaw(sql`INSERT INTO stamped VALUES (${i + 1}, ${value})`)
    }
  })

  const read = async (table: UserTable) => {
    const query = sql`SELECT ${refreshedAtSql(table, 'r')} AS at FROM ${tableSql(table)} AS r ORDER BY r.id`
    return (await at.db.$queryRaw<{ at: string | null }[]>(query)).map((row) => row.at)
  }

  it('writes an instant so that nothing of it is lost', async () => {
    expect(await read(await at.table({ table: 'stamped', key: 'id', refreshedAt: 'at' }))).toEqual([null, ...instants])
  })

  it('is NULL for a table that has no such column', async () => {
    expect(new Set(await read(await at.table({ table: 'stamped', key: 'id' })))).toEqual(new Set([null]))
  })

  it('decides alike in the database and here whether a record is newer', async () => {
    const table = await at.table({ table: 'stamped', key: 'id', refreshedAt: 'at' })
    for (const selectedAt of [null, ...instants]) {
      const passed = await at.db.$queryRaw<{ id: number }[]>(
        sql`SELECT r.id FROM ${tableSql(table)} AS r, (SELECT ${textSql(at.dialect, sql`${selectedAt}`)} AS s) AS v WHERE ${notNewer(userTableDialect(at.dialect).instants, table, raw('v.s'))} ORDER BY r.id`,
      )
      const expected = [null, ...instants].flatMap((now, id) => (isNewer(table, now, selectedAt) ? [] : [id]))
      expect([selectedAt, passed.map(({ id }) => Number(id))]).toEqual([selectedAt, expected])
    }
  })
})

onPostgresql((at) => {
  it('reads a timestamp without a zone as UTC', async () => {
    await at.run(
      'CREATE TABLE plain (id integer PRIMARY KEY, at timestamp)',
      "INSERT INTO plain VALUES (1, '2026-07-01T12:00:00.000001')",
    )
    const table = await at.table({ table: 'plain', key: 'id', refreshedAt: 'at' })
    const check = async (selectedAt: string) => {
      const query = sql`SELECT ${refreshedAtSql(table, 'r')} AS at, ${notNewer(userTableDialect(at.dialect).instants, table, sql`CAST(${selectedAt} AS text)`)} AS ok FROM plain AS r`
      return (await at.db.$queryRaw<{ at: string; ok: boolean }[]>(query))[0]
    }
    expect(await check('2026-07-01T12:00:00.000001Z')).toEqual({
      at: '2026-07-01T12:00:00.000001Z',
      ok: true,
    })
    expect((await check('2026-07-01T12:00:00.000000Z'))?.ok).toBe(false)
    expect((await check('2026-07-01T12:00:00.000002Z'))?.ok).toBe(true)
  })
})

onSqlite((at) => {
  it('writes epoch milliseconds as their digits', async () => {
    await at.run(
      'CREATE TABLE counted (id integer PRIMARY KEY, at integer)',
      'INSERT INTO counted VALUES (1, 1767225600000)',
    )
    const table = await at.table({ table: 'counted', key: 'id', refreshedAt: 'at' })
    const [row] = await at.db.$queryRaw<{ at: string }[]>(
      sql`SELECT ${refreshedAtSql(table, 'r')} AS at FROM counted AS r`,
    )
    expect(row?.at).toBe('1767225600000')
  })
})
