import { expect, test } from 'vitest'
import type { Changes } from '../support/config.ts'
import { onEachStage } from '../support/on-each-stage.ts'
import { goOn, outcomes, reasonOf } from '../support/perform.ts'
import { scriptedVendor } from '../support/scripted-vendor.ts'
import { idOf } from '../support/stage.ts'

const FIGURES = { balance: undefined, remaining: undefined, charged: undefined }
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const DEEP = `{"data":{"job_title":${nested(4_100)}}}`
const PERSON = JSON.stringify({ status: 200, data: { job_title: 'fresh', job_company_name: 'fresh' } })
const BULK: Changes['vendor'] = {
  single: undefined,
  bulk: {
    maxRecords: 10,
    request: (records) => ({ method: 'POST', path: '/bulk', json: records.map(({ email }) => email) }),
    results: (body) => body.map(({ status, data }) => ({ status, data })),
  },
}

onEachStage((begin) => {
  test('a part of a bulk reply that is nested too deep costs its record, and no other; nobody pays for it again', async () => {
    const stage = await begin({ people: 20 })
    let billed = 0
    const vendor = await scriptedVendor(({ body }) => {
      const emails: string[] = JSON.parse(body)
      billed += emails.length
      return { body: `[${emails.map((email) => (idOf(email) === 13 ? DEEP : PERSON)).join()}]` }
    })
    const config = { vendor: { ...BULK, baseUrl: vendor.url }, credits: FIGURES }
    const performed = await stage.run(config, { budget: 20 })
    expect(performed.summary).toMatchObject({ status: 'completed', records: { refreshed: 19, failed: 1 } })
    expect(reasonOf(performed, 13)).toContain('nested 4101 levels deep; at most 200 are read')
    expect([performed.summary.credits.spent, billed]).toEqual([20, 20])
    await expect(goOn(stage.config(config))).rejects.toMatchObject({ code: 'NOTHING_TO_RESUME' })
  })

  test('the same of a reply to a single call', async () => {
    const stage = await begin({ people: 20 })
    const vendor = await scriptedVendor(({ url }) => ({
      body: idOf(String(url.searchParams.get('email'))) === 7 ? DEEP : PERSON,
    }))
    const performed = await stage.run({ vendor: { baseUrl: vendor.url }, credits: FIGURES }, { budget: 20 })
    expect(performed.summary).toMatchObject({ records: { refreshed: 19, failed: 1 }, credits: { spent: 20 } })
    expect(outcomes(performed)[7]).toBe('failed')
  })

  test.each([
    ['NUL', '<html>\0</html>'],
    ['half a character', JSON.stringify({ data: { job_title: '\ud800' } })],
  ])('a reason that quotes %s is stored, and its record fails alone', async (_, body) => {
    const stage = await begin({ people: 12 })
    const vendor = await scriptedVendor(({ url }) => ({
      body: idOf(String(url.searchParams.get('email'))) === 7 ? body : PERSON,
    }))
    const update = {
      job_title: ({ job_title }: { job_title: string }) => {
        if (job_title !== 'fresh') throw new Error(job_title)
        return job_title
      },
    }
    const config = { vendor: { baseUrl: vendor.url }, credits: FIGURES, records: { update } }
    const { summary } = await stage.run(config, { budget: 12 })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 11, failed: 1 } })
  })

  test('what a function of update makes may be nested too deep for a database: that record fails alone', async () => {
    const stage = await begin({ people: 12 })
    const update = {
      job_title: (data: { key: string }) => (idOf(data.key) === 9 ? JSON.parse(nested(2_000)) : 'fresh'),
    }
    const { summary } = await stage.run({ records: { update } })
    expect(summary).toMatchObject({ status: 'completed', records: { refreshed: 11, failed: 1 } })
  })
})
