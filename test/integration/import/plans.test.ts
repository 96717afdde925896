import { expect, test } from 'vitest'
import { describeTarget } from '../../../src/store/import/describe-target.ts'
import { upsert } from '../../../src/store/import/upsert.ts'
import type { Group } from '../../../src/store/import/upsert-sql.ts'
import { absentSql, changeSql } from '../../../src/store/import/upsert-sql.ts'
import { sql } from '../../../src/store/sql.ts'
import { describeTable } from '../../../src/store/user-table/describe/describe-table.ts'
import { numbersSql } from '../../support/databases/of-database.ts'
import { planText } from '../../support/databases/plan-text.ts'
import { type Desk, onEachDesk, people } from './support.ts'

const WANTED = { table: 'people', key: 'id', refreshedAt: 'refreshed_at' }

async function targetOf({ database: { connection }, dialect }: Desk) {
  const described = await describeTable(connection.client, dialect, WANTED)
  if (!('table' in described)) throw new Error('the table is not described')
  const columns = ['email', 'name']
  const found = await describeTarget(connection.client, described.table, {
    key: ['email'],
    columns,
    nullsOverwrite: false,
  })
  if ('problems' in found) throw new Error(JSON.stringify(found.problems))
  return found.target
}

onEachDesk((open, dialect) => {
  test('records are looked up and changed by the index of their key, never by reading the table', async () => {
    const desk = await open()
    const many = numbersSql(dialect, 200_000)
    await desk.execute(
      `INSERT INTO people (email) SELECT 'p' || i || '@example.com' FROM (${many}) AS m`,
      dialect === 'mysql' ? 'ANALYZE TABLE people' : 'ANALYZE',
    )
    const target = await targetOf(desk)
    const rows = Array.from({ length: 100 }, (_, at) => [`p${at}@example.com`, 'x'])
    const group: Group = { target, columns: target.columns, rows }
    for (const query of [absentSql(group), changeSql(group)]) {
      if (query === null) throw new Error('there is something to change')
      const explain = dialect === 'sqlite' ? sql`EXPLAIN QUERY PLAN ${query}` : sql`EXPLAIN ${query}`
      const lines = await desk.database.connection.client.$queryRaw<Record<string, unknown>[]>(explain)
      const plan = planText(lines)
      expect(plan).not.toMatch(/Seq Scan on people|SCAN r\b|^r (ALL|index) /m)
      expect(plan).toMatch(
        /Index (Only )?Scan using people_email|SEARCH r USING .*INDEX|^r ((eq_)?ref|unique_subquery) email/m,
      )
    }
  })

  if (dialect === 'sqlite')
    test('also where SQLite takes the table for tiny', async () => {
      const desk = await open()
      await desk.importing({ file: desk.file(people(2)) })
      await desk.execute('ANALYZE')
      const target = await targetOf(desk)
      expect(target.table.believedTiny).toBe(true)
      const file = desk.file(people(3_000))
      expect(await desk.importing({ file })).toMatchObject({ inserted: 2_998, unchanged: 2 })
      const others = desk.file(people(3_000, (at) => (at < 200 ? { name: 'another' } : {})))
      expect(await desk.importing({ file: others })).toMatchObject({ changed: 200, unchanged: 2_800 })
    })

  if (dialect === 'postgresql')
    test('a record that someone else adds meanwhile is changed, not refused', async () => {
      const desk = await open()
      const target = await targetOf(desk)
      const { client } = desk.database.connection
      let looked = false
      // Someone else's record commits between the look and the insert.
      const meddling = {
        $executeRaw: (query: Parameters<typeof client.$executeRaw>[0] & { sql: string }) =>
          client.$executeRaw(/SAVEPOINT/.test(query.sql) ? sql`SELECT 1` : query),
        $queryRaw: async (query: Parameters<typeof client.$queryRaw>[0]) => {
          const answer = await client.$queryRaw(query)
          if (!looked) await desk.execute(`INSERT INTO people (email, name) VALUES ('a@x', 'theirs')`)
          looked = true
          return answer
        },
      }
      const rows = [
        { line: 1, text: '', values: ['a@x', 'ours'] },
        { line: 2, text: '', values: ['b@x', 'ours'] },
      ]
      expect(await upsert(meddling as never, target, rows)).toEqual({ inserted: 1, changed: 1, rejects: [] })
      expect(await desk.rows('SELECT name FROM people')).toEqual([{ name: 'ours' }, { name: 'ours' }])
    })
})
