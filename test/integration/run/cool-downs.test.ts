import { expect, test } from 'vitest'
import { plan } from '../../../src/app/plan/plan.ts'
import { type CoolDownOptions, clearCoolDowns, listCoolDowns } from '../../../src/app/run/cool-downs.ts'
import { resolveConfig } from '../../../src/config/resolve-config.ts'
import type { Log } from '../../../src/index.ts'
import { labelOf } from '../../support/databases/of-database.ts'
import { type Begin, onEachStage } from '../support/on-each-stage.ts'
import { emailOf, type Stage } from '../support/stage.ts'

const SILENT: Log = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const DAY = 86_400_000

/** Of twelve people 2, 4 and 5 are not found, 7 and 8 fail, and the others are refreshed. */
async function withMisses(begin: Begin, instant?: string): Promise<Stage> {
  const missing = new Set([2, 4, 5].map(emailOf))
  const faults = { unprocessable: { keys: [emailOf(7), emailOf(8)] } }
  const stage = await begin({ people: 12, vendor: { misses: (key) => missing.has(key), faults }, instant })
  const { summary } = await stage.run()
  expect(summary.records).toMatchObject({ refreshed: 7, notFound: 3, failed: 2 })
  return stage
}

function configOf(stage: Stage) {
  const resolved = resolveConfig(stage.config())
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.config
}

const list = (stage: Stage, options: CoolDownOptions = {}, limit = 50) =>
  listCoolDowns(configOf(stage), options, limit, SILENT)
const clear = (stage: Stage, options: CoolDownOptions = {}) => clearCoolDowns(configOf(stage), options, SILENT)

async function keysOf(stage: Stage, options: CoolDownOptions = {}): Promise<number[]> {
  const { records } = await list(stage, options)
  return records.map(({ key }) => Number(key)).sort((a, b) => a - b)
}

onEachStage((begin, dialect) => {
  test('the list has each record that is cooling down, how it ended, since when, until when and why', async () => {
    const stage = await withMisses(begin)
    const found = await list(stage)
    expect(found).toMatchObject({
      vendor: 'simulated',
      table: labelOf(dialect, 'people'),
      coolingDown: 5,
      byOutcome: { notFound: 3, failed: 2 },
    })
    const byKey = new Map(found.records.map((record) => [record.key, record]))
    expect([...byKey.keys()].sort()).toEqual(['2', '4', '5', '7', '8'])
    expect(byKey.get('2')).toMatchObject({ outcome: 'not-found', reason: null })
    expect(byKey.get('7')).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('422') })
    for (const { outcome, triedAt, until } of found.records) {
      const days = (Date.parse(until) - Date.parse(triedAt)) / DAY
      expect(Math.round(days)).toBe(outcome === 'failed' ? 7 : 30)
    }
    expect(found.records.map(({ triedAt }) => triedAt)).toEqual(
      found.records
        .map(({ triedAt }) => triedAt)
        .sort()
        .reverse(),
    )
  })

  test('a limit shortens the list, and not the totals', async () => {
    const found = await list(await withMisses(begin), {}, 2)
    expect(found).toMatchObject({ coolingDown: 5, byOutcome: { notFound: 3, failed: 2 } })
    expect(found.records).toHaveLength(2)
  })

  test.each<[string, CoolDownOptions, number[]]>([
    ['keys', { ids: ['4', '7', '9', '999'] }, [4, 7]],
    ['a condition', { where: { country: 'DE' } }, [2, 4, 8]],
    ['filters', { filters: ['country=DE', 'id>2'] }, [4, 8]],
    ['an outcome', { outcome: 'failed' }, [7, 8]],
    ['all of them together', { outcome: 'not-found', where: { country: 'DE' }, ids: ['2', '8'] }, [2]],
    ['no key at all', { ids: [] }, []],
    ['an instant', { where: { refreshed_at: { lt: '2020-01-07' } } }, [2, 4, 5]],
  ])('%s: the list and the clearing mean the same records', async (_name, options, ids) => {
    const stage = await withMisses(begin)
    expect(await keysOf(stage, options)).toEqual(ids)
    expect(await clear(stage, options)).toBe(ids.length)
    expect(await keysOf(stage)).toEqual([2, 4, 5, 7, 8].filter((id) => !ids.includes(id)))
    expect(await clear(stage, options)).toBe(0)
  })

  test('what is cleared is selected by the next run', async () => {
    const stage = await withMisses(begin)
    expect(await clear(stage, { outcome: 'not-found' })).toBe(3)
    const { summary } = await stage.run({}, { where: { id: { in: [2, 4, 5, 7, 8] } } })
    expect(summary.records).toMatchObject({ selected: 3, notFound: 3, coolingDown: 2 })
    expect(await keysOf(stage)).toEqual([2, 4, 5, 7, 8])
  })

  test('other vendors, other tables and cool-downs that are over are left as they are', async () => {
    const stage = await withMisses(begin)
    const label = (await list(stage)).table
    const until = Date.now() + DAY
    const row = (vendor: string, source: string, key: number, at: number) =>
      `INSERT INTO ${stage.own('memory')} (vendor, source, "key", tried_at, outcome, cool_down_until)
        VALUES ('${vendor}', '${source}', '${key}', 1, 'notFound', ${at})`
    await stage.execute(
      row('other', label, 2, until),
      row('simulated', 'others', 2, until),
      row('simulated', label, 99, 1),
    )
    expect(await keysOf(stage)).toEqual([2, 4, 5, 7, 8])
    expect(await clear(stage)).toBe(5)
    const left = await stage.rows(
      `SELECT vendor, source, "key" FROM ${stage.own('memory')} WHERE cool_down_until IS NOT NULL ORDER BY vendor, source`,
    )
    expect(left).toHaveLength(3)
  })

  test('a record that has left the table is listed and cleared, unless a condition asks of the table', async () => {
    const stage = await withMisses(begin)
    await stage.execute('DELETE FROM people WHERE id = 4')
    expect(await keysOf(stage)).toEqual([2, 4, 5, 7, 8])
    expect(await clear(stage, { where: {} })).toBe(4)
    expect(await clear(stage)).toBe(1)
  })

  test('a run that is under way when they are cleared keeps its own cool-downs and its books', async () => {
    const missing = new Set(Array.from({ length: 60 }, (_, at) => emailOf(at + 1)))
    const stage = await begin({
      people: 120,
      vendor: { misses: (key) => missing.has(key), latencyMs: { min: 2, max: 5 } },
    })
    const clearings: Promise<number>[] = []
    const { summary } = await stage.run(
      { vendor: { limits: { maxConcurrent: 4 } } },
      {},
      {
        onEvent: ({ type }) => {
          if (type === 'item' && clearings.length < 5) clearings.push(clear(stage))
        },
      },
    )
    const cleared = (await Promise.all(clearings)).reduce((sum, each) => sum + each, 0)
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 60, notFound: 60 } })
    expect((await list(stage)).coolingDown).toBe(60 - cleared)
  })

  test('all that is wrong with a selection is said at once', async () => {
    const stage = await begin({ people: 1 })
    const refused = clear(stage, { ids: ['x'], where: { contry: 'US' }, filters: ['id~1'], outcome: 'missing' })
    await expect(refused).rejects.toMatchObject({
      code: 'SELECTION_INVALID',
      problems: [
        { path: '--where.contry' },
        { path: '--filter' },
        { path: '--ids:1' },
        { path: '--outcome', found: '"missing"', allowed: 'not-found, failed' },
      ],
    })
  })

  test('the plan names what helps the records that are cooling down', async () => {
    const stage = await withMisses(begin)
    const { unused } = await plan(configOf(stage), undefined, SILENT)
    expect(unused.because[0]?.change).toContain('`spenddown cooldown clear` for 5 records cooling down')
  })
})
