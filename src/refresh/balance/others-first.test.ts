import { expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import type { VendorRules } from '../ports/vendor.ts'
import { OthersFirst } from './others-first.ts'

const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const c = (amount: number) => amount as Credits
const ENDPOINT = { spacingMs: 0 } as NonNullable<VendorRules['balance']>
const JOBS = {} as NonNullable<VendorRules['async']>

test.each([
  ['a balance settles them soon', { balance: ENDPOINT }, 5, true],
  ['none are unknown but our own', { balance: ENDPOINT }, 2, false],
  ['a balance in a reply settles them', { balance: null }, 5, true],
  ['no balance is told', { balance: null, remaining: null }, 5, false],
  ['the vendor works on jobs', { balance: ENDPOINT, async: JOBS }, 5, false],
  ['calls may take minutes', { balance: ENDPOINT, timeoutMs: 121_000 }, 5, false],
  ['the balance may be requested only now and then', { balance: { ...ENDPOINT, spacingMs: 600_000 } }, 5, false],
])('unknown calls of others where %s', (_, change, unsettled, isDue) => {
  const rules = { async: null, remaining: () => null, timeoutMs: 30_000, ...change }
  const first = new OthersFirst(rules, { unsettled: c(unsettled), unknown: c(2) }, silent)
  expect(first.isDue).toBe(isDue)
  first.done()
  expect(first.isDue).toBe(false)
})
