import { expect, test } from 'vitest'
import { plan, planRecord } from '../../../src/app/plan/plan.ts'
import { describePlan } from '../../../src/cli/commands/plan.ts'
import { describeRecord } from '../../../src/cli/describe-gain.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { INSTANTS, labelOf } from '../../support/databases/of-database.ts'
import type { Changes } from '../support/config.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

const DAY_MS = 86_400_000
const BY_COUNTRY = { orderBy: 'gain', gain: { groups: ['country'] } } as const

/** 100 people of DE who hardly change and 100 of US who do, all of whom were looked at once; the odd ids are of US. */
async function lookedAt(stage: Stage): Promise<void> {
  await migrate(stage.database.connection)
  const table = labelOf(stage.dialect, 'people')
  for (let id = 1; id <= 200; id += 1) {
    const days = 30 + (id % 10) * 40
    const changed = (id % 2 === 1 ? days > 70 : id % 20 === 8) ? 1 : 0
    const age = days * DAY_MS
    await stage.execute(
      `INSERT INTO ${stage.own('memory')}
         (vendor, source, "key", tried_at, outcome, looks, changed, unchanged_ms, changed_ms, found, missed)
       VALUES ('simulated', '${table}', '${id}', 1, 'refreshed', 1, ${changed}, ${changed === 1 ? 0 : age},
         ${changed === 1 ? age : 0}, 1, 0)`,
    )
  }
}

function people() {
  const at = (id: number) => new Date(Date.now() - (100 + (id % 50) * 10) * DAY_MS).toISOString()
  return Array.from({ length: 200 }, (_, index) => ({ id: index + 1, refreshedAt: at(index + 1) }))
}

function configOf(stage: Stage, changes: Changes) {
  const resolved = resolveConfig(stage.config(changes))
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

onBothStages((begin, dialect) => {
  test('a plan says of each group how often it changes and how many wait, and what the order gains', async () => {
    const stage = await begin({ people: people(), vendor: { allotment: 40 } })
    await lookedAt(stage)
    const planned = await plan(configOf(stage, { job: BY_COUNTRY }), undefined)
    const { gain } = planned
    expect(gain).toMatchObject({ order: 'gain', looks: 200, allGroups: 2, next: { records: 40 } })
    const of = (country: string) => gain?.groups.find(({ group }) => group.country === country)
    expect(of('US')).toMatchObject({ looks: 100, changed: 80, waiting: 100 })
    expect(of('DE')).toMatchObject({ looks: 100, changed: 10, waiting: 100 })
    expect(of('US')?.changesAYear).toBeGreaterThan(4 * (of('DE')?.changesAYear ?? 0))
    expect(of('US')?.likelyWrong).toBeGreaterThan(2 * (of('DE')?.likelyWrong ?? 0))
    const { byGain, stalestFirst, gains } = gain?.next ?? { byGain: null, stalestFirst: null, gains: 0 }
    expect(byGain?.daysRight).toBeGreaterThanOrEqual(stalestFirst?.daysRight ?? 0)
    expect(gains).toBeCloseTo((byGain?.daysRight ?? 0) / (stalestFirst?.daysRight ?? 1) - 1)
    expect(byGain?.corrections).toBeLessThanOrEqual(40)
    const words = describePlan(planned, 'UTC').join('\n')
    expect(words).toMatch(
      /country US: changes about [\d.]+ times a year \(80 of 100 looks found a change\), 100 wait, \d+ %/,
    )
    expect(words).toMatch(/the next 40 records: about [\d.]+ corrections instead of [\d.]+, and .* % more days right/)
    // Nothing was sent, and nothing was changed.
    expect(stage.vendor.bill.totals().charges).toBe(0)
    expect(await stage.rows(`SELECT * FROM ${stage.own('run')}`)).toEqual([])
  })

  test('where all records change alike it says that stalest first is as good', async () => {
    const stage = await begin({ people: people(), vendor: { allotment: 40 } })
    await lookedAt(stage)
    await stage.execute(`UPDATE ${stage.own('memory')} SET looks = 0, changed = 0, unchanged_ms = 0, changed_ms = 0
      WHERE "key" IN (SELECT concat(id) FROM people WHERE country = 'DE')`)
    const planned = await plan(
      configOf(stage, { job: { ...BY_COUNTRY, where: { id: { in: [2, 4, 6, 8, 10] } } } }),
      undefined,
    )
    expect(planned.gain?.next?.gains).toBeCloseTo(0)
    expect(describePlan(planned, 'UTC')).toContain('           stalest first is as good on this table')
  })

  test('before there are looks it is stalest first, and says so; a job of another order says nothing', async () => {
    const stage = await begin({ people: people() })
    const early = await plan(configOf(stage, { job: BY_COUNTRY }), undefined)
    expect(early.gain).toMatchObject({ order: 'stalest-first', looks: 0, needed: 50, next: null })
    expect(describePlan(early, 'UTC').join('\n')).toContain('stalest first: 0 looks at records so far')
    expect(await plan(configOf(stage, {}), undefined)).not.toHaveProperty('gain')
    await expect(planRecord(configOf(stage, { job: BY_COUNTRY }), undefined, '7')).rejects.toMatchObject({
      problems: [{ path: 'jobs["month-end"].orderBy', found: 'too few looks at records so far' }],
    })
  })

  test('a record is explained: its looks, its group, its age, and its place', async () => {
    const stage = await begin({ people: people(), vendor: { allotment: 40 } })
    await lookedAt(stage)
    const config = configOf(stage, { job: { ...BY_COUNTRY, where: { id: { not: 6 } } } })
    const explained = await planRecord(config, undefined, '7')
    expect(explained).toMatchObject({
      key: '7',
      job: 'month-end',
      group: { group: { country: 'US' }, looks: 100, changed: 80 },
    })
    expect(explained.waits).toMatchObject({ looks: 1, changed: 1, weight: 1, of: 199 })
    expect(explained.waits?.ageDays).toBeCloseTo(170, 1)
    expect(describeRecord(explained).join('\n')).toMatch(
      /^7: place \d+ of 199 .*\n {2}changes about .*: 80 of 100 looks at its group \(country US\).*1 of its own 1\n {2}170 days old/,
    )
    // Places are of one order: each once.
    const places = await Promise.all(
      [1, 2, 3].map(async (id) => (await planRecord(config, undefined, String(id))).waits?.place),
    )
    expect(new Set(places).size).toBe(3)
    expect(describeRecord(await planRecord(config, undefined, '6'))[0]).toContain('it does not wait for month-end')
    expect(describeRecord(await planRecord(config, undefined, '999'))[0]).toContain('there is no such record')
  })

  test.each(INSTANTS[dialect])('the age is right whatever the column of refreshedAt holds: %s', async (instant) => {
    const stage = await begin({ people: people(), instant })
    await lookedAt(stage)
    const config = configOf(stage, { job: BY_COUNTRY })
    expect((await planRecord(config, undefined, '7')).waits?.ageDays).toBeCloseTo(170, 1)
    await stage.execute('UPDATE people SET refreshed_at = NULL WHERE id = 7')
    expect((await planRecord(config, undefined, '7')).waits).toMatchObject({ ageDays: null, likelyWrong: 1 })
    if (dialect !== 'postgresql') return
    // What is never to be refreshed is last.
    await stage.execute(`UPDATE people SET refreshed_at = 'infinity' WHERE id = 7`)
    expect((await planRecord(config, undefined, '7')).waits).toMatchObject({ ageDays: 0, likelyWrong: 0, place: 200 })
    await stage.execute(`UPDATE people SET refreshed_at = '-infinity' WHERE id = 7`)
    expect((await planRecord(config, undefined, '7')).waits).toMatchObject({ likelyWrong: 1 })
  })
})
