import { expect, onTestFinished, test } from 'vitest'
import { readMalice } from './malice.ts'
import { allWays } from './ways.ts'
import { hostileWire } from './wire.ts'

test('whatever a vendor answers becomes an outcome, a cost and values that can be stored', async () => {
  const wire = await hostileWire()
  onTestFinished(() => wire.close())
  const { problems, outcomes, overHttp } = await readMalice(await allWays(), {
    replies: 3_000,
    seed: 1,
    wire,
    wireEvery: 20,
  })
  expect(problems).toEqual([])
  expect(Object.keys(outcomes).length).toBeGreaterThan(4)
  expect(Object.keys(overHttp)).toEqual(expect.arrayContaining(['reply', 'lost']))
})
