import { expect, test } from 'vitest'
import { describeOver } from '../../../src/app/compose/with-database.ts'
import { gainOf } from '../../../src/domain/gain/gain.ts'
import { meanRate } from '../../../src/domain/gain/rate-belief.ts'
import type { GainOrder } from '../../../src/refresh/ports/selection.ts'
import { textSql } from '../../../src/store/dialect/casts.ts'
import { ownDialect, ownTables, userTableDialect } from '../../../src/store/dialect/dialect-of.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { gainRows } from '../../../src/store/selection/gain-rows.ts'
import { beliefsOf, groupName } from '../../../src/store/selection/seen-looks.ts'
import { firstKeys } from '../../../src/store/selection/selection.ts'
import { raw, sql } from '../../../src/store/sql.ts'
import { EXPLAIN, instantLiteral, labelOf } from '../../support/databases/of-database.ts'
import { planText } from '../../support/databases/plan-text.ts'
import { onBothStages, onOneStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const DAY_MS = 86_400_000
const ONE = { vendor: { limits: { maxConcurrent: 1 } } }
const EACH_COUNTRY = { orderBy: 'gain', gain: { groups: ['country'] } } as const

interface Known {
  readonly id: number
  readonly country: string
  readonly ageDays: number | null
  readonly seen: {
    looks: number
    changed: number
    unchangedDays: number
    changedDays: number
    found: number
    missed: number
  }
}

/** People of two countries, in one of whom data changes often, and what spenddown remembers of them. */
function known(count: number): Known[] {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, at): Known => {
    const country = at % 2 === 0 ? 'US' : 'DE'
    const rate = (country === 'US' ? 3 : 0.1) / 365.25
    const seen = { looks: 0, changed: 0, unchangedDays: 0, changedDays: 0, found: 0, missed: 0 }
    for (let look = Math.floor(random() * 4); look > 0; look -= 1) {
      const age = Math.ceil(2 + random() * 500)
      const changed = random() < -Math.expm1(-rate * age)
      seen.looks += 1
      seen.found += 1
      if (changed) {
        seen.changed += 1
        seen.changedDays += age
      } else seen.unchangedDays += age
    }
    if (random() < 0.2) seen.missed += 1
    return { id: at + 1, country, ageDays: random() < 0.1 ? null : Math.round(random() * 900), seen }
  })
}

async function remember(stage: Stage, people: readonly Known[]): Promise<void> {
  await migrate(stage.database.connection)
  const rows = people
    .filter(({ seen }) => seen.found + seen.missed > 0)
    .map(
      ({ id, seen }) => `('simulated', '${labelOf(stage.dialect, 'people')}', '${id}', 1, 'refreshed', ${seen.looks},
        ${seen.changed}, ${seen.unchangedDays * DAY_MS}, ${seen.changedDays * DAY_MS}, ${seen.found}, ${seen.missed})`,
    )
  await stage.execute(
    `INSERT INTO ${stage.own('memory')}
       (vendor, source, "key", tried_at, outcome, looks, changed, unchanged_ms, changed_ms, found, missed)
     VALUES ${rows.join()}`,
  )
}

function staged(people: readonly Known[], now: number) {
  return people.map(({ id, country, ageDays }) => {
    return { id, country, refreshedAt: ageDays === null ? null : new Date(now - ageDays * DAY_MS).toISOString() }
  })
}

onBothStages((begin, dialect) => {
  test.each(['match', 'record', 'change'] as const)(
    'the statement orders as the rules in domain/gain do, record by record, explored ones too: %s',
    async (costs) => {
      const now = Date.now()
      const people = known(300)
      const stage = await begin({ people: staged(people, now) })
      await remember(stage, people)
      const { connection } = stage.database
      const described = await describeOver(connection)({ table: 'people', key: 'id', refreshedAt: 'refreshed_at' })
      if (!('table' in described)) throw new Error(JSON.stringify(described))
      const { table } = described
      const beliefs = await beliefsOf(connection.client, table, 'simulated', ['country'])
      expect(meanRate(beliefs?.groups.get(groupName(['US']))?.rate ?? beliefs!.all.rate)).toBeGreaterThan(1.5 / 365)
      expect(meanRate(beliefs?.groups.get(groupName(['DE']))?.rate ?? beliefs!.all.rate)).toBeLessThan(0.6 / 365)
      const cases = [{ where: { kind: 'compare', column: 'id', op: 'lt', value: 50 } as const, is: 2.5 }]
      const gain: GainOrder = { groups: ['country'], weight: { cases }, costs }
      const selection = { condition: { kind: 'all', of: [] } as const, orderBy: [], byKey: false, dedupeBy: [], gain }
      const which = { runNo: 3, vendor: 'simulated', selection, restIfPaidAfter: null, youngAfter: null, now }
      const rows = await firstKeys(connection.client, table, { ...which, limit: 1_000 })
      expect(rows).toHaveLength(300)
      const scattered = await connection.client.$queryRaw<{ key: string; n: bigint | number }[]>(sql`
        SELECT "key", ${ownDialect(dialect).scatter(sql`"key"`, 3)} AS n FROM (SELECT concat(id) AS "key" FROM people) AS k`)
      const draws = new Map(scattered.map(({ key, n }) => [key, Number(n)]))
      const gains = rows.map(({ key }) => {
        const { id, country, ageDays, seen } = people[Number(key) - 1] as Known
        const number = draws.get(key) as number
        const draw = number % 20 === 0 ? ((number % 9_973) + 0.5) / 9_973 : null
        const group = beliefs?.groups.get(groupName([country])) ?? beliefs!.all
        return gainOf(group, { ageDays, weight: id < 50 ? 2.5 : 1, seen, costs, draw })
      })
      for (const [at, each] of gains.entries())
        if (at > 0) expect(each).toBeLessThanOrEqual((gains[at - 1] as number) * (1 + 1e-4) + 1e-6)
      // One in twenty, about; and another one in the next run.
      const explored = [...draws.values()].filter((number) => number % 20 === 0).length
      expect(explored).toBeGreaterThan(3)
      expect(explored).toBeLessThan(40)
    },
  )

  test('a run takes those of whom a credit gains most; without looks it is stalest first', async () => {
    const now = Date.now()
    const people = known(200).map((each) => ({ ...each, ageDays: 300 + (each.id % 7) }))
    const stage = await begin({ people: staged(people, now) })
    const job = { ...EACH_COUNTRY, limit: 20 }
    const { logs } = await stage.run({ ...ONE, job })
    expect(logs.map(({ message }) => message)).toContain(
      'too few looks at records for the order by gain: stalest first',
    )
    const stalest = people.toSorted((a, b) => b.ageDays - a.ageDays || a.id - b.id).map(({ id }) => id)
    expect(stage.billed()).toEqual(stalest.slice(0, 20))
    await stage.execute(`DELETE FROM ${stage.own('memory')}`)
    await remember(stage, people)
    const { summary, logs: later } = await stage.run({ ...ONE, job })
    expect(later.map(({ message }) => message).join()).not.toContain('too few looks')
    expect(summary).toMatchObject({ status: 'completed', records: { selected: 20, refreshed: 20 } })
    const often = stage
      .billed()
      .slice(20)
      .filter((id) => people[id - 1]?.country === 'US')
    expect(often.length).toBeGreaterThanOrEqual(17)
  })

  test('weights: a column of numbers, NULL and less than 0 last; equal gains are stalest first', async () => {
    const now = Date.now()
    const people = known(120).map((each) => ({ ...each, ageDays: 300 }))
    const stage = await begin({ people: staged(people, now) })
    await remember(stage, people)
    await stage.execute(
      'ALTER TABLE people ADD COLUMN value NUMERIC(12, 2)',
      'UPDATE people SET value = 0 WHERE id <= 100',
      'UPDATE people SET value = -5 WHERE id = 7',
      'UPDATE people SET value = NULL WHERE id = 8',
      'UPDATE people SET value = 1000000 WHERE id IN (60, 61)',
      'UPDATE people SET value = 0.5 WHERE id > 100',
    )
    await stage.run({ ...ONE, job: { orderBy: 'gain', gain: { weight: 'value' }, limit: 30 } })
    const billed = stage.billed()
    expect(billed.slice(0, 2).toSorted((a, b) => a - b)).toEqual([60, 61])
    expect(billed.slice(2, 22).every((id) => id > 100)).toBe(true)
    expect(billed.slice(22)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('a run keeps what its order expected, selection by selection, and what has come is beside it', async () => {
    const people = known(200)
    const stage = await begin({ people: staged(people, Date.now()), vendor: { allotment: 40, matchRate: 0.5 } })
    await remember(stage, people)
    await stage.run({ ...ONE, job: { ...EACH_COUNTRY, gain: { groups: ['country'], columns: ['company'] } } })
    const [run] = await stage.rows(`SELECT expected, changes, selected FROM ${stage.own('run')}`)
    const { records, found, changed } = JSON.parse(String(run?.expected))
    expect(records).toBe(Number(run?.selected))
    expect(records).toBeGreaterThan(40)
    expect(found).toBeGreaterThan(0.5 * records)
    expect(found).toBeLessThan(records)
    expect(changed).toBeGreaterThan(0)
    expect(changed).toBeLessThan(found)
    const plain = await begin({ people: 5 })
    await plain.run()
    expect((await plain.rows(`SELECT expected FROM ${plain.own('run')}`))[0]?.expected).toBeNull()
  })

  test('only the columns that count make a look a change', async () => {
    const stage = await begin({ people: 4 })
    const looks = async () => {
      const rows = await stage.rows(`SELECT looks, changed FROM ${stage.own('memory')} ORDER BY "key"`)
      return rows.map(({ looks, changed }) => [Number(looks), Number(changed)])
    }
    await stage.execute(`UPDATE people SET job_title = 'x' WHERE id < 0`)
    const columns = ['job_title']
    await stage.run({ job: { orderBy: 'gain', gain: { columns } } })
    expect(await looks()).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
      [1, 1],
    ])
    const earlier = instantLiteral(dialect, new Date(Date.now() - 60 * DAY_MS).toISOString())
    await stage.execute(`UPDATE people SET company = 'another', refreshed_at = '${earlier}'`)
    await stage.run({ job: { orderBy: 'gain', gain: { columns } } })
    expect(await looks()).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
      [2, 1],
    ])
  })

  test('what is remembered of records under another key does no harm', async () => {
    const people = known(100)
    const stage = await begin({ people: staged(people, Date.now()) })
    await remember(stage, people)
    await stage.execute(`UPDATE ${stage.own('memory')} SET "key" = 'p1@example.com' WHERE "key" = '1'`)
    const { summary } = await stage.run({ job: { ...EACH_COUNTRY, limit: 5 } })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 5 } })
  })

  test.each([
    [['country'], null],
    [['country'], { column: 'value' }],
    [['country', 'area'], { column: 'value' }],
    [['area'], null],
    [[], { column: 'value' }],
  ])(
    'of a table that is too large to be read whole the same records are taken, in the same order; groups: %j, weight: %j',
    async (groups, weight) => {
      const people = known(600)
      const stage = await begin({ people: staged(people, Date.now()) })
      await remember(stage, people)
      await stage.execute(
        'ALTER TABLE people ADD COLUMN value double precision',
        'ALTER TABLE people ADD COLUMN area integer',
        'UPDATE people SET value = 1 + id % 9, area = CASE WHEN id % 30 > 0 THEN id % 30 END',
        // A group that was never looked at, in areas where all others change seldom, or often.
        `UPDATE people SET country = 'FR' WHERE id % 11 < 3
          AND NOT EXISTS (SELECT 1 FROM ${stage.own('memory')} AS m WHERE m."key" = ${textSql(dialect, sql`people.id`).sql})`,
        dialect === 'mysql' ? 'ANALYZE TABLE people' : 'ANALYZE',
      )
      const { connection } = stage.database
      const described = await describeOver(connection)({ table: 'people', key: 'id', refreshedAt: 'refreshed_at' })
      if (!('table' in described)) throw new Error(JSON.stringify(described))
      const gain: GainOrder = { groups, weight, costs: 'match' }
      const selection = { condition: { kind: 'all', of: [] }, orderBy: [], byKey: false, dedupeBy: [], gain } as const
      const around = { vendor: 'simulated', restIfPaidAfter: null, youngAfter: null, now: Date.now() }
      const keys = async (runNo: number, large?: number) => {
        const found = await firstKeys(
          connection.client,
          described.table,
          { runNo, selection, ...around, limit: 40 },
          large,
        )
        return found.map(({ key }) => String(key))
      }
      for (const runNo of [1, 2, 3]) {
        const [all, cut] = [await keys(runNo), await keys(runNo, 100)]
        expect(all).toHaveLength(40)
        expect(cut).toEqual(all)
      }
    },
  )

  test('of much that is remembered a part is read, keys below 0 and those of another table too', async () => {
    const people = known(2_000).map((one) => ({ ...one, seen: { ...one.seen, missed: 1 } }))
    const stage = await begin({ people: staged(people, Date.now()) })
    await remember(stage, people)
    const memory = stage.own('memory')
    const number = `CAST("key" AS ${dialect === 'mysql' ? 'SIGNED' : 'bigint'})`
    await stage.execute(
      // Each has 256 neighbours that are not there.
      'UPDATE people SET id = -256 * id WHERE id > 0',
      'UPDATE people SET id = -id WHERE id < -256000',
      `UPDATE ${memory} SET "key" = concat(CASE WHEN ${number} > 1000 THEN '' ELSE '-' END, 256 * ${number})`,
      `INSERT INTO ${memory} (vendor, source, "key", tried_at, outcome) VALUES ('simulated', 'others', 'ann@example.com', 1, 'refreshed')`,
      dialect === 'mysql' ? `ANALYZE TABLE people, ${memory}` : 'ANALYZE',
    )
    const { client } = stage.database.connection
    const described = await describeOver(stage.database.connection)({
      table: 'people',
      key: 'id',
      refreshedAt: 'refreshed_at',
    })
    if (!('table' in described)) throw new Error(JSON.stringify(described))
    const { sampling } = userTableDialect(dialect)
    const counted = async (most: number) => {
      const from = await sampling.remembered(client, described.table, most)
      const [row] = await client.$queryRaw<{ n: bigint | number }[]>(sql`SELECT count(*) AS n FROM ${from}`)
      return Number(row?.n)
    }
    expect(await counted(1_000_000)).toBe(2_000)
    // PostgreSQL draws whole pages.
    const [least, most] = dialect === 'postgresql' ? [1, 1_500] : [400, 600]
    const some = await counted(500)
    expect(some).toBeGreaterThan(least)
    expect(some).toBeLessThan(most)
    expect(await counted(500)).toBe(some)
  })

  test('of many groups a record meets its own alone', async () => {
    const stage = await begin({ people: 2_000 })
    const { connection } = stage.database
    await migrate(connection)
    await stage.execute(dialect === 'mysql' ? 'ANALYZE TABLE people' : 'ANALYZE')
    const described = await describeOver(connection)({ table: 'people', key: 'id', refreshedAt: 'refreshed_at' })
    if (!('table' in described)) throw new Error(JSON.stringify(described))
    const one = { rate: { shape: 1, days: 900 }, noise: 0, matches: { found: 1, missed: 0 } }
    const groups = new Map(Array.from({ length: 800 }, (_, at) => [groupName([`c${at}`]), one]))
    const gain: GainOrder = { groups: ['country'], weight: null, costs: 'match' }
    const request = { gain, beliefs: { all: one, groups }, now: Date.now(), seed: 1 }
    const from = sql`people AS t LEFT JOIN ${ownTables(dialect).memory} AS m
      ON m.vendor = 'simulated' AND m.source = 'people' AND m.key = ${textSql(dialect, sql`t.id`)}`
    const statement = gainRows(described.table, request, sql`t.id`, from, sql`t.id > 0`)
    const explain = raw(EXPLAIN[dialect])
    const rows = await connection.client.$queryRaw<Record<string, unknown>[]>(sql`${explain} ${statement}`)
    expect(planText(rows)).toMatch(
      {
        sqlite: /SEARCH p USING AUTOMATIC/,
        postgresql: /(Hash|Merge) (Left|Right) Join[\s\S]*jsonb_array_elements/,
        mysql: /<derived\d+> ref key0/,
      }[dialect],
    )
  })

  test('duplicates, keys and a selection in two steps go by gain as well', async () => {
    const people = known(60).map((each) => ({ ...each, ageDays: 300 }))
    const stage = await begin({ people: staged(people, Date.now()) })
    await remember(stage, people)
    // Each odd id shares the note of the even one after it.
    await stage.execute(`UPDATE people SET note = 'n' || concat(floor((id + 1) / 2))`)
    const config = { ...ONE, records: { dedupeBy: ['note'] }, job: EACH_COUNTRY }
    const { summary } = await stage.run(config, { job: 'month-end', ids: ['1', '2', '3', '4', '9', '20', '33'] })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 7, shared: 2 } })
    expect(stage.billed()).toHaveLength(5)
    // Misses are free, so that more is selected once they are known.
    const missing = await begin({ people: staged(people, Date.now()), vendor: { allotment: 12, matchRate: 0.5 } })
    await remember(missing, people)
    const more = await missing.run({ ...ONE, job: EACH_COUNTRY })
    expect(more.summary.records.refreshed).toBe(12)
    const items = await missing.rows(`SELECT "key" FROM ${missing.own('item')}`)
    expect(items.length).toBeGreaterThan(12)
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  })
})

onOneStage((begin) => {
  test('a daily job and the month end share one order: what the first leaves is what the second would take next', async () => {
    const [people, now] = [known(300), Date.now()]
    const jobs = { daily: { ...EACH_COUNTRY, limit: 30 }, 'month-end': { ...EACH_COUNTRY, limit: 60 } }
    const [shared, alone, blind] = await Promise.all([1, 2, 3].map(() => begin({ people: staged(people, now) })))
    for (const stage of [shared, alone, blind]) await remember(stage as Stage, people)
    await shared?.run({ ...ONE, jobs }, { job: 'daily' })
    await shared?.run({ ...ONE, jobs }, { job: 'month-end' })
    await alone?.run({ ...ONE, job: { ...EACH_COUNTRY, limit: 90 } })
    await blind?.run({ ...ONE, job: { limit: 90 } })
    const wanted = new Set(alone?.billed())
    const among = (stage: Stage | undefined) => stage?.billed().filter((id) => wanted.has(id)).length
    expect(shared?.billed()).toHaveLength(90)
    // But for the records that each run explores: one in twenty, not the same ones.
    expect(among(shared)).toBeGreaterThanOrEqual(80)
    expect(among(blind)).toBeLessThan(70)
  })

  test('a run that began in another order, for want of looks, says nothing of what was expected of all', async () => {
    const people = staged(known(500), Date.now())
    const stage = await begin({ people, vendor: { allotment: 200, matchRate: 0.5 } })
    const { logs } = await stage.run({ job: EACH_COUNTRY })
    const selections = logs.filter(({ message }) => message === 'records selected')
    expect(selections.length).toBeGreaterThan(1)
    const stalest = logs.filter(({ message }) => message.includes('stalest first'))
    expect(stalest).toHaveLength(1)
    expect(await stage.rows(`SELECT expected FROM ${stage.own('run')}`)).toEqual([{ expected: null }])
  })
})
