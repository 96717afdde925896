import { afterEach, expect, test } from 'vitest'
import { control, request, VendorsUnderTest } from '../../../test/support/simulator/vendor-under-test.ts'
import type { Dialect } from './dialect.ts'
import { dialectNames, dialects } from './dialects.ts'

const vendors = new VendorsUnderTest()
afterEach(() => vendors.closeAll())

test('one that the vendor does not have is told with those that it has, and nothing is changed', async () => {
  const vendor = await vendors.start({ dialect: 'coresignal' })
  const { status, json } = await control(vendor, 'PATCH', 'behaviour', { variants: ['no-such'], perSecond: 5 })
  expect(status).toBe(400)
  expect(json.problems).toEqual(['variants: coresignal has no no-such; it has balance-everywhere'])
  expect((await control(vendor, 'GET', 'behaviour')).json).toMatchObject({ variants: [], perSecond: null })
})

test('the simulator’s own vendor has none', async () => {
  await expect(vendors.start({ variants: ['old-credits-error'] })).rejects.toThrow(
    'spenddown has no old-credits-error; it has none',
  )
})

test('another dialect begins without', async () => {
  const vendor = await vendors.start({ dialect: 'lusha', variants: ['flat-price'] })
  await control(vendor, 'PATCH', 'behaviour', { dialect: 'apollo' })
  expect((await control(vendor, 'GET', 'behaviour')).json.variants).toEqual([])
})

test('they can be switched while the vendor runs', async () => {
  const vendor = await vendors.start({ dialect: 'enrich-layer' })
  const costs = async () =>
    (await request(vendor, '/api/v2/profile?profile_url=a')).headers['x-enrichlayer-credit-cost']
  expect(await costs()).toBe('1')
  vendor.behave({ variants: ['fresh-by-default'] })
  expect(await costs()).toBe('2')
})

test('words that somebody chose for an empty account stay, whatever the vendor would say', async () => {
  const vendor = await vendors.start({
    dialect: 'apollo',
    remaining: 0,
    outOfCredits: { status: 402, body: { mine: true } },
  })
  const { status, json } = await request(vendor, '/api/v1/people/match?email=a', { method: 'POST' })
  expect([status, json]).toEqual([402, { mine: true }])
})

const all = dialectNames.flatMap((dialect) =>
  Object.keys((dialects[dialect] as Dialect).variants ?? {}).map((variant) => ({ dialect, variant })),
)

test.each(all)('$dialect: $variant can be chosen', async ({ dialect, variant }) => {
  const vendor = await vendors.start({ dialect, variants: [variant] })
  expect((await control(vendor, 'GET', 'behaviour')).json.variants).toEqual([variant])
})
