import { expect, test } from 'vitest'
import { personFor } from '../../../src/simulator/lookups/people.ts'
import { INSTANTS, instantLiteral } from '../../support/databases/of-database.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import { staleAt } from '../support/people.ts'
import { outcomes } from '../support/perform.ts'
import { booksOf, emailOf, type Stage } from '../support/stage.ts'

/** One call at a time, so that the vendor's bill shows the run's order. */
const ONE = { vendor: { limits: { maxConcurrent: 1 } } }

/** From the first items on, so that what a test changes then is committed before the next replies come. */
const SLOW = { latencyMs: 200 }

async function person(stage: Stage, id: number) {
  const [row] = await stage.rows(`SELECT * FROM people WHERE id = ${id}`)
  return { ...row, refreshed_at: instantOf(row?.refreshed_at) }
}

function instantOf(value: unknown): number | null {
  return value === null || value === undefined ? null : new Date(value as string).getTime()
}

const ISO_TEXT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const FORMS: Record<string, RegExp> = {
  TEXT: ISO_TEXT,
  DATETIME: ISO_TEXT,
  INTEGER: /^\d{13}$/,
  timestamptz: /^[\d-]+ [\d:.]+\+00$/,
  'timestamptz(3)': /^[\d-]+ [\d:.]+\+00$/,
  timestamp: /^[\d-]+ [\d:.]+$/,
  'datetime(6)': /^[\d-]+ [\d:]+\.\d{6}$/,
  'timestamp(6) NULL': /^[\d-]+ [\d:]+\.\d{6}$/,
  'datetime(3)': /^[\d-]+ [\d:]+\.\d{3}$/,
}

onBothStages((begin, dialect) => {
  test('everything eligible is refreshed, and the books agree with the bill', async () => {
    const stage = await begin({ people: 30 })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed', job: 'month-end' })
    expect(booksOf(summary, stage)).toEqual({ spent: 30, billed: 30, refreshed: 30 })
    expect(await stage.refreshed()).toHaveLength(30)
    expect(summary.credits.balance).toBe(stage.vendor.account.remaining)
  })

  test('stalest first, never refreshed first of all, ties by key', async () => {
    const people = [
      { id: 1, refreshedAt: staleAt(50) },
      { id: 2, refreshedAt: null },
      { id: 3, refreshedAt: staleAt(10) },
      { id: 10, refreshedAt: staleAt(20) },
      { id: 9, refreshedAt: staleAt(20) },
      { id: 6, refreshedAt: null },
      { id: 7, refreshedAt: staleAt(1) },
    ]
    const stage = await begin({ people })
    await stage.run(ONE)
    expect(stage.billed()).toEqual([2, 6, 7, 3, 9, 10, 1])
  })

  test('orderBy of the job is obeyed', async () => {
    const stage = await begin({ people: 7 })
    await stage.run({ ...ONE, job: { orderBy: [{ country: 'desc' }, { id: 'desc' }] } })
    expect(stage.billed()).toEqual([7, 5, 3, 1, 6, 4, 2])
  })

  test('with too few credits only the stalest are refreshed', async () => {
    const stage = await begin({ people: 20, vendor: { allotment: 8 } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'budget-spent' })
    expect(await stage.refreshed()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('only the configured columns change, by function and by path', async () => {
    const stage = await begin({ people: 6 })
    const before = await stage.rows('SELECT id, email, country, note FROM people ORDER BY id')
    await stage.run({
      records: {
        update: { job_title: 'job_title', company: (data, record) => `${data.job_company_name} of ${record.note}` },
      },
    })
    expect(await stage.rows('SELECT id, email, country, note FROM people ORDER BY id')).toEqual(before)
    const { job_title, job_company_name } = personFor(1, emailOf(4), 1)
    expect(await person(stage, 4)).toMatchObject({ job_title, company: `${job_company_name} of note 4` })
  })

  test('a value that the data does not have leaves its column alone, null clears it', async () => {
    const stage = await begin({ people: 1 })
    await stage.run({ records: { update: { job_title: 'job_title', company: () => null, country: 'no.such.path' } } })
    expect(await person(stage, 1)).toMatchObject({ company: null, country: 'US' })
  })

  test('refreshedAt is stamped with fresh data, and with nothing else', async () => {
    const missing = new Set([emailOf(2), emailOf(5)])
    const faults = { badRequest: { keys: [emailOf(3)] } }
    const stage = await begin({ people: 6, vendor: { misses: (key) => missing.has(key), faults } })
    const { summary } = await stage.run()
    expect(summary.records).toMatchObject({ refreshed: 3, notFound: 2, failed: 1 })
    for (const id of [2, 3, 5]) expect((await person(stage, id)).refreshed_at).toBe(Date.parse(staleAt(id)))
    for (const id of [1, 4, 6]) expect((await person(stage, id)).refreshed_at).toBeGreaterThanOrEqual(stage.beganAt)
  })

  test('misses cool down: the next run leaves them out and counts them, and a later one takes them again', async () => {
    const missing = new Set([emailOf(2), emailOf(5)])
    const stage = await begin({ people: 6, vendor: { misses: (key) => missing.has(key) } })
    const first = await stage.run()
    expect(first.summary.records).toMatchObject({ refreshed: 4, notFound: 2, coolingDown: 0 })
    const second = await stage.run()
    expect(second.summary.records).toMatchObject({ selected: 4, refreshed: 4, notFound: 0, coolingDown: 2 })
    await stage.execute(`UPDATE ${stage.own('memory')} SET cool_down_until = ${Date.now() - 1}`)
    const third = await stage.run()
    expect(third.summary.records).toMatchObject({ selected: 6, notFound: 2, coolingDown: 0 })
  })

  test('the cool-down lasts as long as the config says', async () => {
    const stage = await begin({
      people: 3,
      vendor: { matchRate: 0, faults: { unprocessable: { keys: [emailOf(1)] } } },
    })
    await stage.run({ records: { coolDown: { notFound: '2h', failed: '1d' } } })
    const rows = await stage.rows(
      `SELECT "key", cool_down_until - tried_at AS rests FROM ${stage.own('memory')} ORDER BY "key"`,
    )
    const hours = rows.map(({ rests }) => Math.round(Number(rests) / 3_600_000))
    expect(hours).toEqual([24, 2, 2])
  })

  test('without refreshedAt spenddown remembers: the record tried longest ago comes first', async () => {
    const stage = await begin({ people: 9, vendor: { allotment: 1_000 } })
    const changes = { ...ONE, records: { refreshedAt: undefined }, job: { limit: 6 } }
    await stage.run(changes)
    expect(stage.billed()).toEqual([1, 2, 3, 4, 5, 6])
    stage.vendor.forgetBill()
    await stage.run(changes)
    expect(stage.billed().slice(0, 3)).toEqual([7, 8, 9])
    expect(
      stage
        .billed()
        .slice(3)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 2, 3])
    const stamps = await stage.rows('SELECT id, refreshed_at FROM people ORDER BY id')
    expect(stamps.map((row) => instantOf(row.refreshed_at))).toEqual(
      stamps.map(({ id }) => Date.parse(staleAt(Number(id)))),
    )
  })

  test('a record that someone else refreshes meanwhile is superseded, and keeps their data', async () => {
    const stage = await begin({ people: 12 })
    const later = instantLiteral(dialect, new Date(Date.now() + 60_000).toISOString())
    let touched: Promise<void> | null = null
    const { summary, events } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }) => {
          if (type !== 'item') return
          stage.vendor.behave(SLOW)
          touched ??= stage.execute(
            `UPDATE people SET job_title = 'theirs', refreshed_at = '${later}' WHERE id IN (11, 12)`,
          )
        },
      },
    )
    await touched
    expect(outcomes({ events })).toMatchObject({ 11: 'superseded', 12: 'superseded', 10: 'refreshed' })
    expect(summary.records).toMatchObject({ selected: 12, refreshed: 10, superseded: 2, remaining: 0 })
    expect(await person(stage, 12)).toMatchObject({ job_title: 'theirs', refreshed_at: Date.parse(later) })
    expect(booksOf(summary, stage)).toMatchObject({ spent: stage.vendor.bill.totals().lookupCredits })
  })

  test('records that are deleted meanwhile fail, and the run goes on', async () => {
    const stage = await begin({ people: 12 })
    let deleted: Promise<void> | null = null
    const { summary } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }) => {
          if (type !== 'item') return
          stage.vendor.behave(SLOW)
          deleted ??= stage.execute('DELETE FROM people WHERE id IN (10, 12)')
        },
      },
    )
    await deleted
    expect(summary).toMatchObject({ status: 'completed', stopReason: 'all-refreshed' })
    expect(summary.records).toMatchObject({ selected: 12, refreshed: 10, failed: 2, remaining: 0 })
    expect(summary.credits.spent).toBe(stage.vendor.bill.totals().lookupCredits)
  })

  test('the selection is frozen: what becomes eligible meanwhile is not taken', async () => {
    const stage = await begin({ people: 12 })
    let added: Promise<void> | null = null
    const { summary } = await stage.run(
      {},
      {},
      {
        onEvent: ({ type }) => {
          if (type !== 'item') return
          added ??= stage.execute(`INSERT INTO people (id, email, job_title) VALUES (99, 'p99@example.com', 'before')`)
        },
      },
    )
    await added
    expect(summary.records).toMatchObject({ selected: 12, refreshed: 12 })
    expect(await stage.refreshed()).not.toContain(99)
  })

  test.each(INSTANTS[dialect])('refreshedAt of type %s orders, and is stamped in its own form', async (instant) => {
    const stage = await begin({
      people: [{ id: 1 }, { id: 2, refreshedAt: null }, { id: 3, refreshedAt: staleAt(0) }],
      instant,
    })
    await stage.run(ONE)
    expect(stage.billed()).toEqual([2, 3, 1])
    const [row] = await stage.rows('SELECT concat(refreshed_at) AS at FROM people WHERE id = 1')
    const at = String(row?.at)
    expect(at).toMatch(FORMS[instant]!)
    const ms =
      instant === 'INTEGER' ? Number(at) : Date.parse(instant === 'timestamp' || dialect === 'mysql' ? `${at}Z` : at)
    expect(ms).toBeGreaterThanOrEqual(stage.beganAt)
    expect(ms).toBeLessThanOrEqual(Date.now())
    const second = await stage.run(ONE)
    expect(second.summary.records).toMatchObject({ refreshed: 3, superseded: 0 })
  })
})
