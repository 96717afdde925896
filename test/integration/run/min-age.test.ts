import { expect, test } from 'vitest'
import { plan } from '../../../src/app/plan/plan.ts'
import { dryRun } from '../../../src/app/run/dry-run.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { Log } from '../../../src/index.ts'
import { INSTANTS } from '../../support/databases/of-database.ts'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
const SILENT: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const MIN_AGE: Changes = { records: { minAge: '30d' } }

const ago = (ms: number) => new Date(Date.now() - ms).toISOString()

/** Never refreshed, long ago, an hour before the age of 30 days, an hour after it, and just now. */
const people = () =>
  [null, ago(400 * DAY), ago(30 * DAY + HOUR), ago(30 * DAY - HOUR), ago(HOUR)].map((refreshedAt, at) => ({
    id: at + 1,
    refreshedAt,
  }))

function configOf(stage: Stage, changes = MIN_AGE) {
  const resolved = resolveConfig(stage.config(changes))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

onEachStage((begin, dialect) => {
  const instants = INSTANTS[dialect]

  test.each(instants)('what was refreshed more recently is not eligible, to the hour (%s)', async (instant) => {
    const stage = await begin({ people: people(), instant })
    const told = await dryRun(configOf(stage), {})
    expect(told.records).toMatchObject({ eligible: 3, selected: 3 })
    expect(told.first.map(({ key }) => key)).toEqual(['1', '2', '3'])
    const { summary } = await stage.run(MIN_AGE)
    expect(summary).toMatchObject({ stopReason: 'all-refreshed', records: { selected: 3, refreshed: 3 } })
    expect(await stage.refreshed()).toEqual([1, 2, 3])
    const again = await stage.run(MIN_AGE)
    expect(again.summary).toMatchObject({ stopReason: 'all-refreshed', records: { selected: 0 } })
  })

  test('the forecast counts no more than a run would select', async () => {
    const stage = await begin({ people: people() })
    const config = configOf(stage)
    const { records, unused } = await plan(config, undefined, SILENT)
    expect(records).toMatchObject({ eligible: 3, new: 1 })
    expect(records.ages.map((age) => age.records).reduce((a, b) => a + b)).toBe(2)
    expect(unused.because[0]?.change).toContain('a shorter `minAge`')
  })

  test('keys by hand narrow what is eligible, and never widen it', async () => {
    const stage = await begin({ people: people() })
    const { summary } = await stage.run(MIN_AGE, { ids: ['3', '5'] })
    expect(summary.records).toMatchObject({ selected: 1, refreshed: 1 })
    expect(await stage.refreshed()).toEqual([3])
  })

  test('a record too young shares no call either', async () => {
    const duplicates = people().map((person) => ({ ...person, email: 'p1@example.com' }))
    const stage = await begin({ people: duplicates })
    await stage.run({ records: { minAge: '30d', dedupeBy: ['email'] } })
    expect(await stage.refreshed()).toEqual([1, 2, 3])
  })

  test('what was selected stays selected: a resumed run asks for the age only where it selects more', async () => {
    const stage = await begin({
      people: Array.from({ length: 40 }, (_, at) => ({ id: at + 1, refreshedAt: ago(HOUR) })),
    })
    const first = await stage.run({}, {}, { onEvent: ({ type }, handle) => void (type === 'item' && handle().stop()) })
    expect(first.summary.status).toBe('stopped')
    const { summary } = await stage.run(MIN_AGE)
    expect(summary).toMatchObject({ runId: first.summary.runId, stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ selected: 40, refreshed: 40 })
  })

  if (dialect === 'sqlite')
    test('what is no instant keeps no record from being refreshed', async () => {
      const stage = await begin({ people: people() })
      await stage.execute(
        `UPDATE people SET refreshed_at = '' WHERE id = 5`,
        `UPDATE people SET refreshed_at = 'soon' WHERE id = 4`,
      )
      expect((await dryRun(configOf(stage), {})).records.eligible).toBe(5)
    })
})
