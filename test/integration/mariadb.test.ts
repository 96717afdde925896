import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DatabaseUnavailableError } from '../../src/domain/errors/errors.ts'
import { type Connection, connect, ping, type Transaction } from '../../src/store/client.ts'
import { asDatabaseError } from '../../src/store/database-error.ts'
import { fenced, takeLease, updateHeld } from '../../src/store/ledger/leases.ts'
import { migrate } from '../../src/store/migrations/migrate.ts'
import { raw, sql } from '../../src/store/sql.ts'
import { databases, openDatabase, type TestDatabase } from '../support/databases.ts'
import { onMysql } from '../support/mysql-url.ts'

const ME = { holder: 'me', machine: 'here', pid: 1, processStartedAt: '' }

/** What MySQL and MariaDB do otherwise than the others, and what it would cost. */
describe.skipIf(!databases.includes('mysql'))('on MariaDB', () => {
  let database: TestDatabase
  let connection: Connection

  beforeEach(async () => {
    database = await openDatabase('mysql')
    connection = database.connection
    await migrate(connection)
  })
  afterEach(() => database.drop())

  const rows = (statement: string) => connection.client.$queryRaw<Record<string, unknown>[]>(raw(statement))
  const run = async (...statements: string[]) => {
    for (const statement of statements) await connection.client.$executeRaw(raw(statement))
  }
  test('the fence counts rows that are found: a lease that is renewed to the same instant is held', async () => {
    const lease = await takeLease(connection, 'acme', ME, null, { now: 1, expiresAt: 1_000 })
    if (lease === null) throw new Error('the lease is not to be had')
    for (let time = 0; time < 3; time += 1) {
      await fenced(connection, lease, async () => {})
      await updateHeld(connection.client, lease, { leaseExpiresAt: 1_000 })
    }
    const you = { ...ME, holder: 'you' }
    expect(await takeLease(connection, 'acme', you, null, { now: 1, expiresAt: 1_000 })).toBeNull()
    // Asked again, since the answer was lost, it answers the same.
    const seen = { ...ME, token: lease.token - 1, expiresAt: 0 }
    expect(await takeLease(connection, 'acme', ME, seen, { now: 1, expiresAt: 1_000 })).toEqual(lease)
  })

  test('a transaction sees what others committed while it waited, and its successor waits for it', async () => {
    const lease = await takeLease(connection, 'acme', ME, null, { now: 1, expiresAt: 1_000 })
    if (lease === null) throw new Error('the lease is not to be had')
    await run("INSERT INTO spenddown_decision VALUES (1, 1, 'free', 0, 0, 'me', 0)")
    const order: string[] = []
    const first = fenced(connection, lease, async (tx) => {
      await tx.$executeRaw(raw('UPDATE spenddown_decision SET cost = 5'))
      order.push('first')
    })
    const seen = fenced(connection, lease, async (tx) => {
      order.push('second')
      const [row] = await tx.$queryRaw<{ cost: bigint }[]>(raw('SELECT cost FROM spenddown_decision'))
      return Number(row?.cost)
    })
    await first
    // Whichever came first, none of the two saw half of the other.
    expect(await seen).toBe(order[0] === 'first' ? 5 : 0)
  })

  async function error(work: Promise<unknown>): Promise<unknown> {
    return work.then(
      () => null,
      (failure: unknown) => asDatabaseError(failure),
    )
  }

  test('a deadlock undoes a whole transaction, which is told as one that may be tried again', async () => {
    await run('CREATE TABLE pair (id int PRIMARY KEY, n int)', 'INSERT INTO pair VALUES (1, 0), (2, 0)')
    const holding: (() => void)[] = []
    const both = new Promise<void>((resolve) => {
      const arrive = () => holding.length === 2 && resolve()
      holding.push = (...items) => {
        const length = Array.prototype.push.apply(holding, items)
        arrive()
        return length
      }
    })
    const crossing = (first: number, second: number) =>
      error(
        connection.transaction(async (tx: Transaction) => {
          await tx.$executeRaw(sql`UPDATE pair SET n = n + 1 WHERE id = ${first}`)
          holding.push(() => {})
          await both
          await tx.$executeRaw(sql`UPDATE pair SET n = n + 10 WHERE id = ${second}`)
        }),
      )
    const ended = await Promise.all([crossing(1, 2), crossing(2, 1)])
    expect(ended.filter((failure) => failure === null)).toHaveLength(1)
    expect(ended.filter((failure) => failure instanceof DatabaseUnavailableError)).toHaveLength(1)
    // One is there as a whole, of the other nothing.
    expect((await rows('SELECT n FROM pair ORDER BY n')).map(({ n }) => Number(n))).toEqual([1, 10])
  })

  test('a lock that is waited for in vain undoes a statement only: the whole is undone all the same', async () => {
    await run('CREATE TABLE pair (id int PRIMARY KEY, n int)', 'INSERT INTO pair VALUES (1, 0), (2, 0)')
    const other = await connect(database.url, 'mysql')
    await other.transaction(async (holder) => {
      await holder.$executeRaw(raw('UPDATE pair SET n = 7 WHERE id = 2'))
      const failure = await error(
        connection.transaction(async (tx) => {
          await tx.$executeRaw(raw('SET SESSION innodb_lock_wait_timeout = 1'))
          await tx.$executeRaw(raw('UPDATE pair SET n = 1 WHERE id = 1'))
          await tx.$executeRaw(raw('UPDATE pair SET n = 1 WHERE id = 2'))
        }),
      )
      expect(failure).toBeInstanceOf(DatabaseUnavailableError)
    })
    await other.close()
    expect((await rows('SELECT n FROM pair ORDER BY id')).map(({ n }) => Number(n))).toEqual([0, 7])
  })

  test('connections that the server ended while they were idle are replaced', async () => {
    const [{ id }] = (await rows('SELECT connection_id() AS id')) as [{ id: bigint }]
    await onMysql([`KILL CONNECTION ${id}`])
    await expect.poll(() => error(ping(connection))).toBeNull()
  })

  test('a connection that ends within a transaction is an error that passes', async () => {
    const failure = await error(
      connection.transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ id: bigint }[]>(raw('SELECT connection_id() AS id'))
        await onMysql([`KILL CONNECTION ${row?.id}`])
        await tx.$executeRaw(raw('UPDATE spenddown_run SET spent = 0'))
      }),
    )
    expect(failure).toBeInstanceOf(DatabaseUnavailableError)
  })

  test.each([
    ['no such database', (url: URL) => Object.assign(url, { pathname: '/nowhere_at_all' }), /Unknown database/],
    ['another password', (url: URL) => Object.assign(url, { password: 'x', username: 'nobody' }), /Access denied/],
  ])('a server that lets nobody in is told at once, and why: %s', async (_, change, why) => {
    const other = await connect(change(new URL(database.url)).href, 'mysql')
    await expect(ping(other)).rejects.toMatchObject({ code: 'DATABASE_REFUSED', message: expect.stringMatching(why) })
    await other.close()
  })

  test('keys that a collation takes for one are two in our own tables', async () => {
    const memory = (key: string) =>
      connection.client.memory.create({ data: { vendor: 'v', source: 's', key, triedAt: 1n, outcome: 'refreshed' } })
    for (const key of ['a', 'A', 'a ', 'á', 'ß', 'ss']) await memory(key)
    expect(await connection.client.memory.count()).toBe(6)
  })
})
