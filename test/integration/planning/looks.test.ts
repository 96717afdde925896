import { expect, test } from 'vitest'
import { instantLiteral } from '../../support/databases/of-database.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import { emailOf } from '../support/stage.ts'

const DAY_MS = 86_400_000

onBothStages((begin, dialect) => {
  test('a checkpoint remembers of each record whether it was found, and of one whose age is known whether it had changed', async () => {
    // 1 was never refreshed; 2 misses; 3 and 4 were refreshed 10 and 400 days ago; 5 a minute ago.
    const ages = [null, 100 * DAY_MS, 10 * DAY_MS, 400 * DAY_MS, 60_000]
    const before = (age: number | null) => (age === null ? null : new Date(Date.now() - age).toISOString())
    const people = ages.map((age, at) => ({ id: at + 1, refreshedAt: before(age) }))
    const stage = await begin({ people, vendor: { misses: (key) => key === emailOf(2) } })
    const remembered = async () => {
      const rows = await stage.rows(
        `SELECT "key", looks, changed, unchanged_ms, changed_ms, found, missed FROM ${stage.own('memory')} ORDER BY "key"`,
      )
      const days = (ms: unknown) => Math.round(Number(ms) / DAY_MS)
      return rows.map((row) => [
        ...[row.key, Number(row.looks), Number(row.changed), days(row.unchanged_ms), days(row.changed_ms)],
        ...[Number(row.found), Number(row.missed)],
      ])
    }
    await stage.run()
    expect(await remembered()).toEqual([
      ['1', 0, 0, 0, 0, 1, 0],
      ['2', 0, 0, 0, 0, 0, 1],
      ['3', 1, 1, 0, 10, 1, 0],
      ['4', 1, 1, 0, 400, 1, 0],
      ['5', 0, 0, 0, 0, 1, 0],
    ])
    // The same data again, as if fifty days later.
    const earlier = instantLiteral(dialect, new Date(Date.now() - 50 * DAY_MS).toISOString())
    await stage.execute(`UPDATE people SET refreshed_at = '${earlier}' WHERE id IN (3, 4)`)
    await stage.run({}, { filters: ['id>=3', 'id<=4'] })
    expect((await remembered()).slice(2, 4)).toEqual([
      ['3', 2, 1, 50, 10, 2, 0],
      ['4', 2, 1, 50, 400, 2, 0],
    ])
  })

  test('over a stop and a resume each look is remembered once', async () => {
    const stage = await begin({ people: 60, vendor: { latencyMs: { min: 3, max: 9 } } })
    const { summary: first } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }, handle) => {
          if (type === 'item' && stage.vendor.bill.totals().charges >= 20) handle().stop()
        },
      },
    )
    expect(first.status).toBe('stopped')
    await stage.run()
    const rows = await stage.rows(`SELECT looks, changed, found, missed FROM ${stage.own('memory')}`)
    expect(rows.map(({ looks, changed, found, missed }) => [looks, changed, found, missed].map(Number))).toEqual(
      Array.from({ length: 60 }, () => [1, 1, 1, 0]),
    )
  })
})
