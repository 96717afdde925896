import { expect, test } from 'vitest'
import { releaseLease, takeLease } from '../../src/store/ledger/leases.ts'
import { thisProcess } from '../../src/store/machine.ts'
import { emailOf } from '../integration/support/stage.ts'
import { documentOf } from './support/cli.ts'
import { offices } from './support/in-offices.ts'

const open = offices('sqlite')

test('unknown: 0 and one document; 2 for what is no unknown call, 4 while another process holds the account', async () => {
  const office = await open(12, { faults: { resetAfter: { keys: [emailOf(9)], next: 1 } } })
  office.configure({ vendor: `onUnknown: 'skip',`, credits: 'balance: undefined, remaining: undefined,' })
  const ran = await office.cli(['run', '--budget', '12', '--json'])
  const { runId } = documentOf<{ runId: string }>(ran)
  const listed = await office.cli(['unknown', '--json'])
  expect(listed.code, listed.stderr).toBe(0)
  const [call] = documentOf<{ calls: { id: string }[] }>(listed).calls
  expect(call).toMatchObject({ runId, records: ['9'], holds: 1, settles: { by: 'reset' }, decidable: true })
  const settle = ['unknown', '--settle', `${call?.id}=charged`]

  const { client } = office.database.connection
  const lease = await takeLease(office.database.connection, 'acme', thisProcess('other'), null, {
    now: Date.now(),
    expiresAt: Date.now() + 60_000,
  })
  const held = await office.cli([...settle, '--json'])
  expect([held.code, documentOf(held)]).toEqual([4, { error: { code: 'LEASE_HELD', message: expect.any(String) } }])
  await releaseLease(client, lease!)

  const settled = await office.cli([...settle, '--json', '--by', 'ann'])
  expect(settled.code, settled.stderr).toBe(0)
  const decision = { id: call?.id, as: 'charged', held: 1, cost: 1, by: 'ann', at: expect.stringMatching(/Z$/) }
  expect(documentOf(settled)).toEqual({ settled: [decision] })
  const again = await office.cli(settle)
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('which ann has settled as charged')])
})

test('all=charged settles each call that can be settled by hand, and nothing else; as free it is refused', async () => {
  const office = await open(12, { faults: { resetAfter: { keys: [emailOf(3), emailOf(9)], next: 2 } } })
  office.configure({ vendor: `onUnknown: 'skip',`, credits: 'balance: undefined, remaining: undefined,' })
  await office.cli(['run', '--budget', '12', '--json'])
  const free = await office.cli(['unknown', '--settle', 'all=free'])
  expect([free.code, free.stderr]).toEqual([2, expect.stringContaining('all=charged, alone')])
  const settled = await office.cli(['unknown', '--settle', 'all=charged', '--json'])
  expect(settled.code, settled.stderr).toBe(0)
  const decisions = documentOf<{ settled: { as: string; cost: number }[] }>(settled).settled
  expect(decisions.map(({ as, cost }) => [as, cost])).toEqual([
    ['charged', 1],
    ['charged', 1],
  ])
  const again = await office.cli(['unknown', '--settle', 'all=charged', '--json'])
  expect([again.code, documentOf(again)]).toEqual([0, { settled: [] }])
})
