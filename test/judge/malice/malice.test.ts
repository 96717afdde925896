import { expect, test } from 'vitest'
import { readMalice } from './malice.ts'
import { allWays } from './ways.ts'

test('whatever a vendor answers becomes an outcome, a cost and values that can be stored', async () => {
  const { problems, outcomes } = readMalice(await allWays(), { replies: 3_000, seed: 1 })
  expect(problems).toEqual([])
  expect(Object.keys(outcomes).length).toBeGreaterThan(4)
})
