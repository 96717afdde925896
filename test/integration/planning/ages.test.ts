import { expect, test } from 'vitest'
import type { Condition } from '../../../src/domain/values/where.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { countAges } from '../../../src/store/runs/ages.ts'
import { describeTable } from '../../../src/store/user-table/describe/describe-table.ts'
import { INSTANTS } from '../../support/databases/of-database.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const DAY = 86_400_000
const EVERY: Condition = { kind: 'all', of: [] }

const ago = (days: number) => new Date(NOW - days * DAY).toISOString()

/** Two never, three within 30 days, one up to 90, four older than a year; the last has no e-mail address. */
const PEOPLE = [null, null, ago(0), ago(1), ago(29), ago(31), ago(400), ago(401), ago(800), ago(4_000)].map(
  (refreshedAt, at) => ({ id: at + 1, refreshedAt, ...(at === 9 ? { email: null } : {}) }),
)

async function counted(
  stage: Stage,
  condition = EVERY,
  refreshedAt: string | undefined = 'refreshed_at',
  dedupeBy: string[] = [],
) {
  const { connection } = stage.database
  const records = { table: 'people', key: 'id', ...(refreshedAt === '' ? {} : { refreshedAt }) }
  const described = await describeTable(connection.client, connection.dialect, records)
  if (!('table' in described)) throw new Error('the table is not as it should be')
  await migrate(connection)
  const request = { vendor: 'simulated', condition, youngAfter: null, now: NOW, days: [30, 90, 365], dedupeBy }
  const rest = (key: string, until: number) =>
    stage.execute(
      `INSERT INTO ${stage.own('memory')} (vendor, source, "key", tried_at, outcome, cool_down_until)
        VALUES ('simulated', '${described.table.label}', '${key}', 1, 'notFound', ${until})`,
    )
  return { count: () => countAges(connection.client, described.table, request), rest }
}

onEachStage((begin, dialect) => {
  const instants = INSTANTS[dialect]

  test.each(instants)('records by their age (%s)', async (instant) => {
    const stage = await begin({ people: PEOPLE, instant })
    const { count } = await counted(stage)
    expect(await count()).toEqual({ eligible: 10, coolingDown: 0, shared: 0, never: 2, byAge: [3, 1, 0, 4] })
  })

  test('only those that the condition is for', async () => {
    const stage = await begin({ people: PEOPLE })
    const { count } = await counted(stage, { kind: 'not', of: { kind: 'null', column: 'email' } })
    expect(await count()).toMatchObject({ eligible: 9, byAge: [3, 1, 0, 3] })
  })

  test('those on cool-down apart, those whose cool-down is over not', async () => {
    const stage = await begin({ people: PEOPLE })
    const { count, rest } = await counted(stage)
    await rest('1', NOW + DAY)
    await rest('7', NOW + DAY)
    await rest('8', NOW - DAY)
    expect(await count()).toEqual({ eligible: 8, coolingDown: 2, shared: 0, never: 1, byAge: [3, 1, 0, 3] })
  })

  test('without a column that says it, no ages', async () => {
    const stage = await begin({ people: PEOPLE })
    const { count } = await counted(stage, EVERY, '')
    expect(await count()).toEqual({ eligible: 10, coolingDown: 0, shared: 0, never: null, byAge: null })
  })

  test('records that would send the same request are counted, those on cool-down and those without a value apart', async () => {
    const emails = ['a', 'a', 'a', 'b', 'b', 'c', null, null]
    const stage = await begin({ people: emails.map((email, at) => ({ id: at + 1, email })) })
    const { count, rest } = await counted(stage, EVERY, '', ['email'])
    expect(await count()).toMatchObject({ eligible: 8, shared: 3 })
    await rest('1', NOW + DAY)
    await rest('4', NOW + DAY)
    expect(await count()).toMatchObject({ eligible: 6, coolingDown: 2, shared: 1 })
  })
})
