import { expect, test } from 'vitest'
import * as z from 'zod'
import { INSTANT, KEY_TEXT } from '../../support/databases/of-database.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { outcomes, reasonOf } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { booksOf, emailOf, idOf } from '../support/stage.ts'

const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }

onEachStage((begin, dialect) => {
  test('a reply that cannot be read fails its record, is settled, and the run goes on', async () => {
    const faults = {
      malformed: { keys: [emailOf(7)] },
      truncated: { keys: [emailOf(8)] },
      html: { keys: [emailOf(9)] },
      emptyData: { keys: [emailOf(10)] },
    }
    const stage = await begin({ people: 20, vendor: { faults } })
    const performed = await stage.run()
    const { summary } = performed
    expect(outcomes(performed)).toMatchObject({ 7: 'failed', 8: 'failed', 9: 'failed', 10: 'failed', 11: 'refreshed' })
    expect(reasonOf(performed, 9)).toContain('not JSON')
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 16, failed: 4, remaining: 0 } })
    expect(booksOf(summary, stage)).toEqual({ spent: 20, billed: 20, refreshed: 16 })
    expect(stage.vendor.bill.totals().recordsChargedMoreThanOnce).toBe(0)
    const again = await stage.run()
    expect(again.summary.records).toMatchObject({ selected: 16, coolingDown: 4 })
  })

  test('data that fails the schema fails its record; when that is the rule, the run stops before it wastes the rest', async () => {
    const stage = await begin({ people: 300 })
    const vendor = await scriptedVendor(({ number }) => {
      const odd = number % 10 === 3 || number >= 100
      return { body: { data: { job_title: odd ? 7 : 'fresh', job_company_name: 'fresh' } } }
    })
    const response = z.object({ job_title: z.string(), job_company_name: z.string() })
    const config = { vendor: { baseUrl: vendor.url, response, limits: { maxConcurrent: 2 } }, credits: FIGURES }
    const performed = await stage.run(config, { budget: 300 })
    const { summary, logs } = performed
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error' })
    expect(summary.records.refreshed).toBe(90)
    expect(summary.records.failed).toBeGreaterThan(30)
    expect(summary.records.failed).toBeLessThan(50)
    expect(summary.records.remaining).toBeGreaterThan(150)
    // Two calls at once: whose reply is the odd one is chance.
    const odd = Object.entries(outcomes(performed)).find(([, outcome]) => outcome === 'failed')
    expect(reasonOf(performed, Number(odd?.[0]))).toMatch(/^vendor.response: job_title: /)
    const told = logs.filter(({ message }) => message === 'a paid reply is of no use')
    expect(told.map(({ fields }) => fields.times)).toEqual([1, 10])
    expect(told[0]?.fields.reason).toMatch(/^vendor.response: job_title: /)
  })

  test('a value that its column cannot hold fails that record alone', async () => {
    const stage = await begin({ people: 20 })
    await stage.execute(`ALTER TABLE people ADD COLUMN age ${dialect === 'sqlite' ? 'INTEGER' : 'smallint'}`)
    const odd: Record<number, unknown> = { 6: 'abc', 7: { years: 3 }, 8: 1e30, 9: [1], 10: Number.NaN }
    const performed = await stage.run({
      records: { update: { job_title: 'job_title', age: (data) => odd[idOf(data.key)] ?? 40 } },
    })
    const { summary } = performed
    for (const id of [6, 7, 8, 9, 10]) expect([id, outcomes(performed)[id]]).toEqual([id, 'failed'])
    expect(reasonOf(performed, 6)).toContain('age')
    expect(summary).toMatchObject({
      status: 'completed',
      records: { refreshed: 15, failed: 5 },
      credits: { spent: 20 },
    })
    const rows = await stage.rows('SELECT id FROM people WHERE age = 40 ORDER BY id')
    expect(rows).toHaveLength(15)
    expect(await stage.refreshed()).toHaveLength(15)
  })

  test('what only the database refuses (CHECK, UNIQUE, NOT NULL) fails that record, and poisons no batch', async () => {
    const stage = await begin({ people: 0 })
    await stage.execute(
      'DROP TABLE people',
      `CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, job_title TEXT NOT NULL CHECK (length(job_title) < 60),
        company ${KEY_TEXT[dialect]} UNIQUE, refreshed_at ${INSTANT[dialect]})`,
      ...Array.from(
        { length: 20 },
        (_, i) => `INSERT INTO people VALUES (${i + 1}, '${emailOf(i + 1)}', 'before', 'c${i + 1}', NULL)`,
      ),
    )
    const odd: Record<number, unknown> = { 8: 'x'.repeat(80), 9: null }
    const performed = await stage.run({
      records: {
        update: {
          job_title: (data) => (idOf(data.key) in odd ? odd[idOf(data.key)] : 'fresh'),
          company: (data) => (idOf(data.key) === 10 ? 'c1' : `new ${data.key}`),
        },
      },
      vendor: { limits: { maxConcurrent: 4 } },
    })
    expect(performed.summary).toMatchObject({ status: 'completed', credits: { spent: 20 } })
    expect(outcomes(performed)).toMatchObject({ 8: 'failed', 9: 'failed', 7: 'refreshed', 11: 'refreshed' })
    expect(performed.summary.records.refreshed).toBeGreaterThanOrEqual(17)
    const [row] = await stage.rows(`SELECT job_title, refreshed_at FROM people WHERE id = 8`)
    expect(row).toEqual({ job_title: 'before', refreshed_at: null })
    const memory = await stage.rows(`SELECT "key" FROM ${stage.own('memory')} WHERE cool_down_until IS NOT NULL`)
    expect(memory.map(({ key }) => key)).toEqual(expect.arrayContaining(['8', '9']))
  })

  test('canary: five unusable paid replies stop the run, and what came back is shown', async () => {
    const vendor = await scriptedVendor(() => ({ body: { person: { title: 'not where it was' } } }))
    const stage = await begin({ people: 50 })
    const { summary } = await stage.run({ vendor: { baseUrl: vendor.url }, credits: FIGURES }, { budget: 50 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 5 } })
    expect(vendor.calls).toHaveLength(5)
    expect(summary.records).toMatchObject({ failed: 5, refreshed: 0, remaining: 45 })
    expect(summary.detail).toContain('"person"')
    expect(summary.detail).toContain('not where it was')
    await expect(stage.run({}, { new: true })).resolves.toMatchObject({ summary: { status: 'completed' } })
  })

  test('canary: a secret that the vendor echoes is shown nowhere', async () => {
    const secret = 'sk-live-1234567890'
    const vendor = await scriptedVendor(() => ({ body: { echo: `the key was ${secret}` } }))
    const stage = await begin({ people: 10 })
    const { summary, events, logs } = await stage.run(
      { vendor: { baseUrl: vendor.url, headers: { 'x-api-key': secret } }, credits: FIGURES },
      { budget: 50 },
    )
    expect(summary.detail).toContain('the key was')
    const kept = await stage.rows(`SELECT detail FROM ${stage.own('run')}`)
    expect(JSON.stringify([summary, events, logs, kept])).not.toContain(secret)
  })

  test('canary: one usable reply lets the run go on', async () => {
    const faults = { emptyData: { keys: [1, 2, 3, 5].map(emailOf) } }
    const stage = await begin({ people: 20, vendor: { faults } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 16, failed: 4 } })
  })

  test('canary: misses that cost nothing prove nothing, and do not stop the run', async () => {
    const stage = await begin({ people: 20, vendor: { misses: (key) => idOf(key) <= 6 } })
    const { summary } = await stage.run()
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 14, notFound: 6 } })
  })
})
