import { expect, test } from 'vitest'
import { InputError, LeaseHeldError, settleUnknown, unknownCalls } from '../../../src/index.ts'
import { releaseLease, takeLease } from '../../../src/store/ledger/leases.ts'
import { thisProcess } from '../../../src/store/machine.ts'
import { type Begin, onEachStage } from '../support/on-each-stage.ts'
import { booksOf, emailOf, type Stage } from '../support/stage.ts'

const BLIND = { balance: undefined, remaining: undefined }
const VENDOR = { onUnknown: 'skip', timeoutMs: 1_500 } as const

/** Two calls whose replies were lost: that for record 9 was charged, that for record 8 was not. */
async function twoUnknown(begin: Begin) {
  const faults = { resetBefore: { keys: [emailOf(8)], next: 1 }, resetAfter: { keys: [emailOf(9)], next: 1 } }
  const stage = await begin({ people: 60, vendor: { allotment: 40, faults } })
  const { summary } = await stage.run({ vendor: VENDOR, credits: BLIND }, { budget: 20 })
  expect(summary.credits).toMatchObject({ spent: 18, unknown: 2 })
  const { calls } = await unknownCalls(stage.config({ vendor: VENDOR }))
  const idFor = (record: number) => calls.find(({ records }) => records.includes(String(record)))?.id as string
  return { stage, summary, calls, free: idFor(8), charged: idFor(9) }
}

async function booksIn(stage: Stage) {
  const [run] = await stage.rows(`SELECT held, unknown, spent FROM ${stage.own('run')} ORDER BY no`)
  const [account] = await stage.rows(`SELECT expected_balance AS expected FROM ${stage.own('account')}`)
  const micro = { ...run, expected: account?.expected ?? null }
  return Object.fromEntries(
    Object.entries(micro).map(([name, value]) => [name, value === null ? null : Number(value) / 1e6]),
  )
}

async function refusedFor(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

onEachStage((begin) => {
  test('unknown calls are listed with all that is known of them', async () => {
    const { stage, summary, calls, free } = await twoUnknown(begin)
    expect(calls).toHaveLength(2)
    expect(calls.find(({ id }) => id === free)).toEqual({
      id: expect.stringMatching(new RegExp(`^${summary.runId}/\\d+$`)),
      runId: summary.runId,
      job: 'month-end',
      runStatus: 'completed',
      state: 'unknown',
      sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
      records: ['8'],
      holds: 1,
      status: null,
      reason: expect.stringMatching(/\S/),
      vendorJob: null,
      idempotencyKey: null,
      settles: { by: 'run', from: expect.any(String), resetAt: expect.stringMatching(/T00:00:00.000Z$/) },
      decidable: true,
    })
    const keyed = { ...VENDOR, idempotencyHeader: 'Idempotency-Key' }
    const blind = await unknownCalls(stage.config({ vendor: keyed, credits: BLIND }))
    expect(blind).toMatchObject({ vendor: 'simulated', busy: null, holds: 2, decisions: [] })
    const [sent] = await stage.rows(`SELECT nonce FROM ${stage.own('call')} WHERE n = ${calls[0]?.id.split('/')[1]}`)
    const idempotencyKey = `${calls[0]?.id.replace('/', '-')}-${sent?.nonce}`
    expect(blind.calls[0]).toMatchObject({ idempotencyKey, settles: { by: 'reset' } })
  })

  test("settled by hand, the run's books and the account's follow, and who decided is kept", async () => {
    const { stage, charged, free } = await twoUnknown(begin)
    const config = stage.config({ vendor: VENDOR })
    await stage.execute(`UPDATE ${stage.own('account')} SET expected_balance = 22000000`)
    const decided = await settleUnknown(
      config,
      [
        { id: charged, as: 'charged' },
        { id: free, as: 'free' },
      ],
      'ann',
    )
    expect(decided).toMatchObject([
      { id: charged, as: 'charged', held: 1, cost: 1, by: 'ann' },
      { id: free, as: 'free', held: 1, cost: 0, by: 'ann' },
    ])
    expect(await booksIn(stage)).toEqual({ held: 0, unknown: 0, spent: 19, expected: 21 })
    const { calls, holds, decisions } = await unknownCalls(config)
    expect({ calls, holds }).toEqual({ calls: [], holds: 0 })
    expect(new Set(decisions)).toEqual(new Set(decided))
    const { summary } = await stage.run({ vendor: VENDOR })
    expect(booksOf(summary, stage)).toMatchObject({ spent: 21, billed: 40 })
    expect(summary.credits).toMatchObject({ balance: 0, drift: 0 })
  })

  test('twice is refused with who was first; so is what is no unknown call; and then none is settled', async () => {
    const { stage, charged, free } = await twoUnknown(begin)
    const config = stage.config({ vendor: VENDOR })
    await settleUnknown(config, [{ id: charged, as: 'charged' }], 'ann')
    const again = await refusedFor(settleUnknown(config, [{ id: charged, as: 'charged' }], 'ben'))
    expect(again).toMatch(/ann has settled as charged at \d{4}-/)
    const run = charged.split('/')[0]
    const others = [charged, `${run}/1`, `${run}/99`, 'no-run/1', 'nonsense', free, free]
    const wrong = await refusedFor(
      settleUnknown(
        config,
        others.map((id) => ({ id, as: 'free' })),
        'ben',
      ),
    )
    for (const part of [
      'it cost 1;',
      '/99, which is not a call',
      'not in this database',
      '"nonsense"',
      'twice',
      `: ${free}.`,
    ])
      expect(wrong).toContain(part)
    await refusedFor(settleUnknown(config, [{ id: free, as: 'free' }], ' \n'))
    await refusedFor(settleUnknown(config, [{ id: free, as: 'perhaps' as 'free' }], 'ben'))
    expect(await booksIn(stage)).toMatchObject({ held: 1, unknown: 1, spent: 19 })
  })

  test('while another process holds the account nothing is settled', async () => {
    const { stage, free } = await twoUnknown(begin)
    const config = stage.config({ vendor: VENDOR })
    const { connection } = stage.database
    const lease = await takeLease(connection, 'simulated', thisProcess('other'), null, {
      now: Date.now(),
      expiresAt: Date.now() + 60_000,
    })
    const refused = settleUnknown(config, [{ id: free, as: 'free' }], 'ann')
    await expect(refused).rejects.toBeInstanceOf(LeaseHeldError)
    expect(await booksIn(stage)).toMatchObject({ held: 2, spent: 18 })
    expect((await unknownCalls(config)).busy).toContain(`process ${process.pid}`)
    await releaseLease(connection.client, lease!)
    await settleUnknown(config, [{ id: free, as: 'free' }], 'ann')
    expect(await booksIn(stage)).toMatchObject({ held: 1, spent: 18 })
  })

  test('what a run that can be resumed has open is for its resume; and that a process died is not forgotten', async () => {
    const { stage, free } = await twoUnknown(begin)
    const config = stage.config({ vendor: { ...VENDOR, idempotencyHeader: 'Idempotency-Key' } })
    const [run, n] = free.split('/')
    await stage.execute(
      `UPDATE ${stage.own('run')} SET status = 'running', ended_at = NULL`,
      `UPDATE ${stage.own('call')} SET state = 'open' WHERE n = ${n}`,
      `UPDATE ${stage.own('account')} SET holder = 'gone', machine = '${thisProcess('').machine}', pid = 999999999, process_started_at = '1', lease_expires_at = 9999999999999`,
    )
    const open = (await unknownCalls(config)).calls.find(({ id }) => id === free)
    expect(open).toMatchObject({ state: 'open', runStatus: 'stopped', decidable: false, settles: { by: 'resume' } })
    expect(await refusedFor(settleUnknown(config, [{ id: free, as: 'free' }], 'ann'))).toContain(`resume ${run}`)
    const [abandoned] = await stage.rows(`SELECT abandoned_at AS at FROM ${stage.own('run')} WHERE id = '${run}'`)
    expect(Number(abandoned?.at)).toBeGreaterThan(stage.beganAt)
  })
})
