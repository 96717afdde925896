import { expect, it } from 'vitest'
import { ownTables } from '../../../src/store/dialect/dialect-of.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { allItems, findItems, type ItemSearch, itemsPageSql } from '../../../src/store/runs/items.ts'
import { listRuns } from '../../../src/store/runs/runs.ts'
import { raw, sql } from '../../../src/store/sql.ts'
import { onEachDatabase, openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { EXPLAIN, numbersSql } from '../../support/databases/of-database.ts'
import { planText } from '../../support/databases/plan-text.ts'

/** Of run 7: the key of item n is "kN"; every tenth failed. Beside it another run. */
const ITEMS = 1_000

onEachDatabase((dialect) => {
  async function filled(items = ITEMS): Promise<TestDatabase> {
    const database = await openDatabase(dialect)
    await migrate(database.connection)
    const { item } = ownTables(dialect)
    const numbers = raw(numbersSql(dialect, items))
    for (const run of [6, 7])
      await database.connection.client.$executeRaw(sql`INSERT INTO ${item} (run_no, seq, "key", state)
        SELECT ${raw(String(run))}, i, 'k' || i, CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'refreshed' END FROM (${numbers}) AS n`)
    return database
  }

  const ANY: ItemSearch = { after: 0, key: null, state: null }

  function finder({ connection }: TestDatabase, last = ITEMS, patient = () => true) {
    return async (search: Partial<ItemSearch>, limit = 50) => {
      const run = { no: 7, last }
      const found = await findItems(connection.client, dialect, run, { ...ANY, ...search }, { limit, patient })
      return { ...found, keys: found.items.map(({ key }) => key) }
    }
  }

  it('all of them are read where the first are gone: a run that is being pruned', async () => {
    const database = await filled(25_000)
    const { client } = database.connection
    await client.$executeRaw(sql`DELETE FROM ${ownTables(dialect).item} WHERE run_no = 7 AND seq <= 12000`)
    let [rows, first] = [0, 0]
    for await (const page of allItems(client, dialect, 7)) {
      rows += page.length
      first ||= page[0]?.seq ?? 0
    }
    expect([rows, first]).toEqual([13_000, 12_001])
    await database.drop()
  })

  it('pages lead from one to the next, and end', async () => {
    const database = await filled()
    const find = finder(database)
    const seen: string[] = []
    for (let after: number | null = 0; after !== null; ) {
      const { keys, next, lookedTo } = await find({ after }, 300)
      expect(lookedTo).toBeNull()
      seen.push(...keys)
      after = next
    }
    expect(seen).toEqual(Array.from({ length: ITEMS }, (_, n) => `k${n + 1}`))
    expect(await find({ after: ITEMS })).toMatchObject({ keys: [], next: null })
    await database.drop()
  })

  it('an item is found by its key, by how that begins, by its outcome, and by both', async () => {
    const database = await filled()
    await database.connection.client.$executeRaw(
      sql`UPDATE ${ownTables(dialect).item} SET "key" = ${"%_'\\é"} WHERE run_no = 7 AND seq = 500`,
    )
    const find = finder(database)
    const key = (text: string, prefix = false) => ({ key: { text, prefix } })
    expect((await find(key('k77'))).keys).toEqual(['k77'])
    expect((await find(key('K77'))).keys).toEqual([])
    expect((await find(key('k77', true))).keys).toEqual(['k77', ...Array.from({ length: 10 }, (_, n) => `k77${n}`)])
    expect((await find({ ...key('k77', true), state: 'failed' })).keys).toEqual(['k770'])
    expect((await find({ state: 'failed' })).keys).toHaveLength(50)
    expect((await find({ state: 'notFound' })).keys).toEqual([])
    for (const text of ['%', '_', '%k', "%_'\\", "' OR 1=1 --"])
      expect((await find(key(text, true))).keys, text).toEqual("%_'\\é".startsWith(text) ? ["%_'\\é"] : [])
    await database.drop()
  })

  it('a search that takes too long shows how far it has looked, and goes on from there', async () => {
    const database = await filled()
    // It is told of more items than a slice has.
    const find = finder(database, 500_000, () => false)
    const search = { key: { text: 'nobody', prefix: false } }
    expect(await find(search)).toMatchObject({ keys: [], next: 100_000, lookedTo: 100_000 })
    expect(await find({ ...search, after: 400_000 })).toMatchObject({ keys: [], next: null, lookedTo: null })
    await database.drop()
  })

  it('a page is read from its place on, whatever came before it', async () => {
    const database = await filled(20_000)
    if (dialect === 'postgresql') await database.connection.client.$executeRaw(raw('ANALYZE spenddown.item'))
    const explain = raw(EXPLAIN[dialect])
    const page = itemsPageSql(dialect, 7, { ...ANY, after: 15_000 }, 20_000, 51)
    const rows = await database.connection.client.$queryRaw<Record<string, unknown>[]>(sql`${explain} ${page}`)
    const plan = planText(rows)
    expect(plan).toMatch(
      /SEARCH spenddown_item USING PRIMARY KEY \(run_no=\? AND seq>\? AND seq<\?\)|Index Scan using item_pkey|item range PRIMARY/,
    )
    expect(plan).not.toMatch(/SCAN|Seq Scan|TEMP B-TREE|Sort|filesort|temporary/)
    await database.drop()
  })

  it('runs are paged by their number', async () => {
    const database = await openDatabase(dialect)
    await migrate(database.connection)
    const { client } = database.connection
    const run = {
      job: 'j',
      vendor: 'v',
      source: 's',
      status: 'completed',
      spec: '{}',
      specHash: '',
      budget: 0n,
      reserve: 0n,
    }
    await client.run.createMany({ data: [1, 2, 3, 4].map((n) => ({ ...run, id: `r${n}`, createdAt: BigInt(n) })) })
    const ids = async (before: number | null) => (await listRuns(client, 'v', 2, before)).map(({ id }) => id)
    expect([await ids(null), await ids(3), await ids(1)]).toEqual([['r4', 'r3'], ['r2', 'r1'], []])
    expect([await listRuns(client, 'another', 9), (await listRuns(client, null, 9)).length]).toEqual([[], 4])
    await database.drop()
  })
})
