import { beforeAll, expect, it } from 'vitest'
import { KEY_TEXT, numberedSql } from '../../../test/support/databases/of-database.ts'
import { onEachDatabase } from '../../../test/support/store/test-databases.ts'
import { userTableDialect } from '../dialect/dialect-of.ts'
import { raw, sql } from '../sql.ts'
import { keySql, tableSql } from './user-table.ts'

const SCANS_T = { sqlite: /SCAN t\b/, postgresql: /Seq Scan on \w+ t\b/, mysql: /^t (ALL|index) /m }

onEachDatabase((at) => {
  const sqlite = at.dialect === 'sqlite'
  const uuid = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`
  const tables = {
    ints: { type: 'integer', value: (n: string) => n, keys: ['7', '8'] },
    bigs: {
      type: 'bigint',
      value: (n: string) => `9007199254740992 + ${n}`,
      keys: ['9007199254740999', '9007199254741000'],
    },
    texts: { type: KEY_TEXT[at.dialect], value: (n: string) => `'k"''' || ${n}`, keys: [`k"'7`, `k"'8`] },
    uuids: {
      type: 'uuid',
      value: (n: string) =>
        ({
          sqlite: `printf('00000000-0000-0000-0000-%012d', ${n})`,
          postgresql: `lpad(${n}::text, 32, '0')::uuid`,
          mysql: `lpad(${n}, 32, '0')`,
        })[at.dialect],
      keys: [uuid(7), uuid(8)],
    },
  }

  beforeAll(async () => {
    const source = numberedSql(at.dialect, 5_000)
    for (const [name, { type, value }] of Object.entries(tables)) {
      await at.run(
        `CREATE TABLE ${name} (id ${type} PRIMARY KEY NOT NULL)`,
        `INSERT INTO ${name} SELECT ${value('n')} FROM ${source}`,
      )
    }
    await at.run(`CREATE TABLE asked ("key" text NOT NULL)`, 'ANALYZE')
  })

  it.each(Object.keys(tables) as (keyof typeof tables)[])(
    'finds the records of keys given as texts, by their index: %s',
    async (name) => {
      const table = await at.table({ table: name, key: 'id' })
      const { keys } = tables[name]
      await at.run('DELETE FROM asked')
      for (const key of keys) await at.db.$executeRaw(sql`INSERT INTO asked VALUES (${key})`)
      const query = sql`SELECT ${keySql(table, 't')} AS "key" FROM ${tableSql(table)} AS t
      WHERE ${userTableDialect(at.dialect).keys.isAmong(table, 't', raw('SELECT a.key AS value FROM asked AS a'))} ORDER BY t.id`
      expect((await at.db.$queryRaw<{ key: string }[]>(query)).map(({ key }) => key)).toEqual(keys)
      // Without statistics PostgreSQL takes `asked` for a large table.
      if (!sqlite) await at.run('ANALYZE asked')
      expect(await at.plan(query)).not.toMatch(SCANS_T[at.dialect])
    },
  )
})
