import { expect, test } from 'vitest'
import { zoominfo } from '../../../src/presets.ts'
import { booksOf } from '../support/stage.ts'
import { type Contract, contractTests, presetStage } from './support/contract.ts'

const contract: Contract = {
  dialect: 'zoominfo',
  preset: () => zoominfo({ clientId: 'client', clientSecret: 'k' }),
  apiKey: 'client:k',
  at: ({ auth }, url) => ({
    baseUrl: `${url}/gtm`,
    auth: { ...(auth as Extract<typeof auth, { type: 'oauth' }>), tokenUrl: `${url}/gtm/oauth/v1/token` },
  }),
  update: { job_title: 'jobTitle', company: 'company.name' },
  cost: 1,
  balance: 'endpoint',
}

contractTests(contract)

test('who was paid for within the year is free, and the books say so', async () => {
  const stage = await presetStage(contract, 30)
  await stage.go()
  const { summary } = await stage.go()
  expect(summary).toMatchObject({ records: { refreshed: 30 }, credits: { spent: 0 } })
  expect(stage.vendor.bill.totals().lookupCredits).toBe(30)
})

test.each([['merged-ids'], ['short-limit-types'], ['one-error-shape'], ['token-1000-seconds']])(
  'an account of another kind is read as well: %s',
  async (variant) => {
    const stage = await presetStage(contract, 30, { allotment: 12, variants: [variant] })
    const { summary } = await stage.go()
    expect(booksOf(summary, stage)).toEqual({ spent: 12, billed: 12, refreshed: 12 })
    const rows = await stage.rows("SELECT job_title FROM people WHERE job_title <> 'before'")
    expect(rows).toHaveLength(12)
  },
)

test.each([['limit-exceeded-items'], ['none']])('credits that end within a call end the run: %s', async (variant) => {
  const variants = variant === 'none' ? [] : [variant]
  const stage = await presetStage(contract, 40, { allotment: 12, bulkShortfall: 'partial', variants })
  const { cost, freeRepeat } = contract.preset().credits ?? {}
  const { summary } = await stage.go(
    { credits: { cost: cost as never, freeRepeat: freeRepeat as never } },
    { budget: 40 },
  )
  expect(summary).toMatchObject({ stopReason: 'credits-exhausted', records: { failed: 0 } })
  expect(booksOf(summary, stage).spent).toBe(stage.vendor.bill.totals().lookupCredits)
})

test.each([['app-without-scope'], ['not-entitled'], ['app-without-grant']])(
  'an app that may not stops the run: %s',
  async (variant) => {
    const stage = await presetStage(contract, 10, { variants: [variant] })
    await expect(stage.go()).rejects.toMatchObject({ code: 'CREDENTIALS_REFUSED' })
  },
)

test('results are told by the criteria that come back with them, in whatever order', () => {
  const { bulk } = contract.preset()
  const records = [{ email: 'A@x.example' }, { zoominfo_id: '77' }, { email: 'a@x.example' }]
  const found = (input: object, id: string) => ({
    id,
    type: 'Contact',
    attributes: {},
    meta: { input, matchStatus: 'FULL_MATCH' },
  })
  const body = {
    data: [
      found({ personId: 77 }, 'p77'),
      found({ emailAddress: 'a@x.example' }, 'a'),
      found({ emailAddress: 'a@x.example' }, 'a'),
    ],
  }
  expect(bulk?.results(body as never, records)).toMatchObject([{ key: '1' }, { key: '0' }, { key: '2' }])
  // Two that nobody can tell apart are given to nobody.
  const odd = { data: [found({ x: 1 }, 'p77'), found({ x: 2 }, 'a'), found({ emailAddress: 'a@x.example' }, 'a')] }
  expect(bulk?.results(odd as never, records)).toMatchObject([{ key: 'unknown 0' }, { key: 'unknown 1' }, { key: '0' }])
})
