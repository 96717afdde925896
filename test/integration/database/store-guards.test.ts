import { expect, it } from 'vitest'
import { describeOver } from '../../../src/app/compose/with-database.ts'
import type { Credits } from '../../../src/domain/credits/credits.ts'
import { LeaseLostError, LedgerError } from '../../../src/domain/errors/errors.ts'
import type { CheckpointInput, RunStore } from '../../../src/refresh/ports/store.ts'
import { takeLease } from '../../../src/store/ledger/leases.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { prismaStore } from '../../../src/store/prisma-store.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { onEachDatabase, openDatabase } from '../../support/databases/databases.ts'

const EACH = 5 as Credits
const NOW = Date.UTC(2026, 10, 30, 12)

/** Whatever a process believes, the database's own books and its lease decide. */
onEachDatabase((dialect) => {
  it('a checkpoint opens no call that the budget or the reserve does not cover', async () => {
    const { database, client, store, run, lease } = await begun(dialect)
    const open = (budget: number, expected: number | null) =>
      openTwo(store, { runNo: run.no, lease, budget: budget as Credits }, expected as Credits | null)

    await expect(open(9, null)).rejects.toThrow(LedgerError)
    await expect(open(9, null)).rejects.toThrow('not covered by the budget')
    // What other runs of the account hold is not there for this one.
    await expect(open(10, 4 + 10 + 3 - 1)).rejects.toThrow('below its reserve')
    expect(await client.run.findUnique({ where: { no: run.no } })).toMatchObject({ held: 0n, lastCall: 0 })
    expect((await open(10, 4 + 10 + 3)).opened).toHaveLength(2)
    expect(await client.run.findUnique({ where: { no: run.no } })).toMatchObject({ held: 10n, lastCall: 2 })
    await database.drop()
  })

  it('a process whose lease was taken writes nothing more', async () => {
    const { database, client, store, run, lease, select } = await begun(dialect)
    const seen = { ...ME, token: lease.token, expiresAt: lease.expiresAt }
    const taken = await takeLease(database.connection, 'acme', { ...ME, holder: 'you' }, seen, LATER)
    expect(taken?.token).toBe(lease.token + 1)
    const before = await client.run.findMany()
    const settled = { here: 0 as Credits, elsewhere: 0 as Credits, keepsResumable: true, balance: 9 as Credits }
    const writes = [
      () => openTwo(store, { runNo: run.no, lease, budget: 10 as Credits }, null),
      () => store.select({ ...select, already: 2 }),
      () => store.markSent(lease, run.no, [1]),
      () =>
        store.setExpected(
          lease,
          { runNo: run.no, expected: 1 as Credits, doubted: NONE, drift: NONE },
          null,
          null,
          NOW,
        ),
      () => store.expireCalls(lease, run.no),
      () => store.reopenRun(run, lease),
      () => store.settleUnknown(lease, run.no, { ...settled, ...BOOKS }, NOW),
    ]
    for (const write of writes) await expect(write()).rejects.toThrow(LeaseLostError)
    expect(await client.run.findMany()).toEqual(before)
    await database.drop()
  })
})

const NONE = 0 as Credits
const ME = { holder: 'me', machine: 'here', pid: 1, processStartedAt: '' }
const LATER = { now: NOW + 60_001, expiresAt: NOW + 120_000 }
const BOOKS = { expected: 9 as Credits, budget: 9 as Credits, drift: 0 as Credits }

/** A run of two records with a budget of 10 and a reserve of 4, and an interrupted run that holds 3. */
async function begun(dialect: Dialect) {
  const database = await openDatabase(dialect)
  const { connection } = database
  const { client } = connection
  await migrate(connection)
  await client.$executeRawUnsafe('CREATE TABLE people (id integer PRIMARY KEY, title text)')
  await client.$executeRawUnsafe("INSERT INTO people VALUES (1, 'a'), (2, 'b')")
  const described = await describeOver(connection)({ table: 'people', key: 'id' })
  if (!('table' in described)) throw new Error(JSON.stringify(described))
  const store = prismaStore(connection, described.table)
  const lease = await takeLease(connection, 'acme', ME, null, { now: NOW, expiresAt: NOW + 60_000 })
  if (lease === null) throw new Error('the lease is not to be had')
  const others = { job: 'other', vendor: 'acme', source: 's', status: 'stopped', spec: '{}', specHash: '' }
  const held = { budget: 9n, reserve: 0n, held: 3n, createdAt: 0n }
  await client.run.create({ data: { id: 'other', ...others, ...held } })
  const spec = { id: 'run', job: 'job', vendor: 'acme', spec: '{}', specHash: '', createdAt: NOW }
  const run = await store.createRun({ ...spec, budget: 10 as Credits, reserve: 4 as Credits }, null, lease)
  const selection = { condition: { kind: 'all', of: [] }, orderBy: [], byKey: false, dedupeBy: [] } as const
  const none = { duplicateLimit: null, restIfPaidAfter: null, youngAfter: null }
  const select = { runNo: run.no, vendor: 'acme', selection, lease, already: 0, limit: 2, ...none, now: NOW }
  await store.select(select)
  return { database, client, store, run, lease, select }
}

/** A checkpoint that opens two calls of 5 credits each. */
function openTwo(store: RunStore, run: Pick<CheckpointInput, 'runNo' | 'lease' | 'budget'>, expected: Credits | null) {
  const heard = { expected, lastKnown: expected, doubted: 0 as Credits, reported: null, reportedAt: null }
  const learned = { concurrency: 1, perSecond: null, windowMs: 1_000, baselineMs: null, at: NOW }
  return store.checkpoint({
    ...run,
    after: 0,
    lastCall: 0,
    cursor: 0,
    now: NOW,
    leaseExpiresAt: NOW + 60_000,
    finished: [],
    open: {
      dedupeBy: [],
      cost: { per: 'record', credits: EACH, minimum: 0 as Credits },
      recallPaid: false,
      calls: [
        { nonce: 'first', again: [], untried: 1 },
        { nonce: 'second', again: [], untried: 1 },
      ],
    },
    calls: { sent: 0, throttled: 0, failed: 0, unknown: 0 },
    account: { ...heard, foundWith: [] },
    pace: { concurrency: 1, perSecond: null, reason: '', learned },
    drift: 0 as Credits,
    canaryDone: false,
    warnings: [],
    activeMs: 0,
    snapshot: null,
    coolDownIfRejected: NOW,
    countedColumns: null,
  })
}
