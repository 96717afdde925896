import { expect, test } from 'vitest'
import type { VendorOptions } from '../../../src/index.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { reasonOf } from '../support/perform.ts'
import { type Call, scriptedVendor } from '../support/scripted-vendor.ts'
import { idOf } from '../support/stage.ts'

const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }
const emails = ({ body }: Call): string[] => JSON.parse(body)
const person = (email: string) => ({ asked: email, job_title: `title of ${email}`, job_company_name: 'fresh' })
const belongsTo = (record: { email: string }, data: { asked: string }) => data.asked === record.email
const BULK: VendorOptions['bulk'] = {
  maxRecords: 10,
  request: (records) => ({ method: 'POST', path: '/bulk', json: records.map(({ email }) => email) }),
  results: (body) => body.map((data) => ({ status: 200, data })),
  belongsTo: belongsTo as never,
}

onEachStage((begin) => {
  const config = (url: string, bulk: Partial<NonNullable<VendorOptions['bulk']>> = {}, more: object = {}) => ({
    vendor: { baseUrl: url, single: undefined, bulk: { ...BULK, ...bulk }, ...more } as object,
    credits: FIGURES,
  })

  test('data that is shown to be another record’s is never written, and counts as paid', async () => {
    const stage = await begin({ people: 40 })
    // The places of records 21 and 22 are interchanged, wherever both are in one call.
    const swapped = (list: string[]) =>
      list.map((email) => list.find((other) => idOf(other) === (SWAP[idOf(email)] ?? 0)) ?? email)
    const SWAP: Record<number, number> = { 21: 22, 22: 21 }
    const vendor = await scriptedVendor((call) => ({ body: swapped(emails(call)).map(person) }))
    const performed = await stage.run(config(vendor.url), { budget: 40 })
    expect(performed.summary).toMatchObject({
      status: 'completed',
      records: { refreshed: 38, failed: 2 },
      credits: { spent: 40 },
    })
    expect(reasonOf(performed, 21)).toBe("vendor.bulk.belongsTo: the data is another record's")
    const rows = await stage.rows("SELECT email, job_title FROM people WHERE job_title <> 'before'")
    expect(rows.filter(({ email, job_title }) => job_title !== `title of ${email}`)).toEqual([])
  })

  test('a vendor that shifts its places stops the run before it wastes the rest', async () => {
    const stage = await begin({ people: 200 })
    const vendor = await scriptedVendor((call) => {
      const list = emails(call)
      const places = call.number < 3 ? list : [...list.slice(1), ...list.slice(0, 1)]
      return { body: places.map(person) }
    })
    const { summary } = await stage.run(config(vendor.url, {}, { limits: { maxConcurrent: 1 } }), { budget: 200 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error' })
    expect(summary.detail).toContain('vendor.bulk.belongsTo')
    expect(summary.records.remaining).toBeGreaterThan(50)
  })

  test('a belongsTo that throws costs the first records and no more', async () => {
    const stage = await begin({ people: 60 })
    const vendor = await scriptedVendor((call) => ({ body: emails(call).map(person) }))
    const broken = () => {
      throw new Error('no such field')
    }
    const { summary } = await stage.run(config(vendor.url, { belongsTo: broken }), { budget: 60 })
    expect(summary).toMatchObject({ status: 'failed', stopReason: 'error', credits: { spent: 5 } })
    expect(summary.detail).toContain('vendor.bulk.belongsTo threw: no such field')
  })

  test('two records of one address share one call, and each is asked whether the data is its own', async () => {
    const people = Array.from({ length: 12 }, (_, at) => ({ id: at + 1, email: `p${at < 6 ? 1 : at}@example.com` }))
    const stage = await begin({ people })
    const vendor = await scriptedVendor(({ url }) => ({
      body: { data: person(String(url.searchParams.get('email'))) },
    }))
    const onlyOdd = ({ id, email }: { id: number; email: string }, data: { asked: string }) =>
      data.asked === email && (id % 2 === 1 || email !== 'p1@example.com')
    const performed = await stage.run(
      {
        vendor: {
          baseUrl: vendor.url,
          single: {
            request: ({ email }) => ({ path: '/', query: { email } }),
            data: (body) => body.data,
            belongsTo: onlyOdd as never,
          },
        },
        credits: FIGURES,
        records: { dedupeBy: ['email'] },
      },
      { budget: 12 },
    )
    expect(performed.summary.records).toMatchObject({ refreshed: 9, failed: 3 })
  })
})
