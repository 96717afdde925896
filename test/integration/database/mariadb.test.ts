import { expect, test } from 'vitest'
import { DatabaseUnavailableError } from '../../../src/domain/errors/errors.ts'
import { connect, ping, type Transaction } from '../../../src/store/client.ts'
import { asDatabaseError } from '../../../src/store/database-error.ts'
import { fenced, takeLease, updateHeld } from '../../../src/store/ledger/leases.ts'
import { migrate } from '../../../src/store/migrations/migrate.ts'
import { raw, sql } from '../../../src/store/sql.ts'
import { describeTable } from '../../../src/store/user-table/describe/describe-table.ts'
import { runThread } from '../../../src/store/worker/database-thread.ts'
import { openDatabase } from '../../support/databases/databases.ts'
import { type Rewriting, startMysqlRelay } from '../../support/databases/mysql-relay.ts'
import { onMysql } from '../../support/databases/mysql-url.ts'
import { onMariaDb } from '../../support/databases/on-mariadb.ts'

function versionIs(version: string): Rewriting {
  return [['version() AS version', `'${version}' AS version`]]
}

const ME = { holder: 'me', machine: 'here', pid: 1, processStartedAt: '' }

/** What MySQL and MariaDB do otherwise than the others, and what it would cost. */
onMariaDb('on MariaDB', (on) => {
  test('the fence counts rows that are found: a lease that is renewed to the same instant is held', async () => {
    const lease = await takeLease(on.connection, 'acme', ME, null, { now: 1, expiresAt: 1_000 })
    if (lease === null) throw new Error('the lease is not to be had')
    for (let time = 0; time < 3; time += 1) {
      await fenced(on.connection, lease, async () => {})
      await updateHeld(on.connection.client, lease, { leaseExpiresAt: 1_000 })
    }
    const you = { ...ME, holder: 'you' }
    expect(await takeLease(on.connection, 'acme', you, null, { now: 1, expiresAt: 1_000 })).toBeNull()
    // Asked again, since the answer was lost, it answers the same.
    const seen = { ...ME, token: lease.token - 1, expiresAt: 0 }
    expect(await takeLease(on.connection, 'acme', ME, seen, { now: 1, expiresAt: 1_000 })).toEqual(lease)
  })

  test('a transaction sees what others committed while it waited, and its successor waits for it', async () => {
    const lease = await takeLease(on.connection, 'acme', ME, null, { now: 1, expiresAt: 1_000 })
    if (lease === null) throw new Error('the lease is not to be had')
    await on.run("INSERT INTO spenddown_decision VALUES (1, 1, 'free', 0, 0, 'me', 0)")
    const order: string[] = []
    const first = fenced(on.connection, lease, async (tx) => {
      await tx.$executeRaw(raw('UPDATE spenddown_decision SET cost = 5'))
      order.push('first')
    })
    const seen = fenced(on.connection, lease, async (tx) => {
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
    await on.run('CREATE TABLE pair (id int PRIMARY KEY, n int)', 'INSERT INTO pair VALUES (1, 0), (2, 0)')
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
        on.connection.transaction(async (tx: Transaction) => {
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
    expect((await on.rows('SELECT n FROM pair ORDER BY n')).map(({ n }) => Number(n))).toEqual([1, 10])
  })

  test('a lock that is waited for in vain undoes a statement only: the whole is undone all the same', async () => {
    await on.run('CREATE TABLE pair (id int PRIMARY KEY, n int)', 'INSERT INTO pair VALUES (1, 0), (2, 0)')
    const other = await connect(on.database.url, 'mysql')
    await other.transaction(async (holder) => {
      await holder.$executeRaw(raw('UPDATE pair SET n = 7 WHERE id = 2'))
      const failure = await error(
        on.connection.transaction(async (tx) => {
          await tx.$executeRaw(raw('SET SESSION innodb_lock_wait_timeout = 1'))
          await tx.$executeRaw(raw('UPDATE pair SET n = 1 WHERE id = 1'))
          await tx.$executeRaw(raw('UPDATE pair SET n = 1 WHERE id = 2'))
        }),
      )
      expect(failure).toBeInstanceOf(DatabaseUnavailableError)
    })
    await other.close()
    expect((await on.rows('SELECT n FROM pair ORDER BY id')).map(({ n }) => Number(n))).toEqual([0, 7])
  })

  test('connections that the server ended while they were idle are replaced', async () => {
    const [{ id }] = (await on.rows('SELECT connection_id() AS id')) as [{ id: bigint }]
    await onMysql([`KILL CONNECTION ${id}`])
    await expect.poll(() => error(ping(on.connection))).toBeNull()
  })

  test('as many transactions at the same time as connections are asked for', async () => {
    const many = await connect(on.database.url, 'mysql', 6)
    const begun: (() => void)[] = []
    await Promise.all(
      Array.from({ length: 6 }, () =>
        many.transaction(async (tx) => {
          await tx.$queryRaw(raw('SELECT 1 AS one'))
          await new Promise<void>((resolve) => {
            begun.push(resolve)
            if (begun.length === 6) for (const goOn of begun) goOn()
          })
        }),
      ),
    )
    await many.close()
  })

  test('a connection that ends within a transaction is an error that passes', async () => {
    const failure = await error(
      on.connection.transaction(async (tx) => {
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
    const other = await connect(change(new URL(on.database.url)).href, 'mysql')
    await expect(ping(other)).rejects.toMatchObject({ code: 'DATABASE_REFUSED', message: expect.stringMatching(why) })
    await other.close()
  })

  test.each<[what: string, Rewriting, RegExp]>([
    [
      'MariaDB 10.5',
      versionIs('10.5.29-MariaDB'),
      /version 10\.5\.29-MariaDB; needed: MySQL 8\.0\.16 or later, or MariaDB 10\.6/,
    ],
    ['MySQL 8.0.15', versionIs('8.0.15'), /version 8\.0\.15; needed/],
    ['MySQL 5.7', versionIs('5.7.44-log'), /version 5\.7\.44-log; needed/],
    [
      'a session that stays lenient',
      [['STRICT_ALL_TABLES', 'NO_ZERO_DATE']],
      /keep a session's settings.*NO_ZERO_DATE/,
    ],
    ['a session that keeps its zone', [["time_zone = '+00:00'", "time_zone = '+05:45'"]], /settings.*\+05:45/],
    ['one that locks gaps', [['LEVEL READ COMMITTED', 'LEVEL REPEATABLE READ']], /settings.*REPEATABLE-READ/],
  ])('a server that promises cannot be kept on is refused at once, and why: %s', async (_, rewriting, why) => {
    const relay = await startMysqlRelay(rewriting)
    const other = await connect(relay.through(on.database.url), 'mysql')
    await expect(ping(other)).rejects.toMatchObject({
      code: 'DATABASE_REFUSED',
      problems: [{ path: 'database.url', found: expect.stringMatching(why) }],
    })
    await other.close()
    await relay.close()
  })

  test.each(['describes a table', 'migrates'])(
    'a connection that breaks while a thread %s is a database that waiting may help',
    async (what) => {
      const relay = await startMysqlRelay([[what === 'migrates' ? /migration/i : /information_schema\.TABLES/i, null]])
      const thread = runThread()
      await thread?.open(relay.through(on.database.url), 'mysql')
      const asked =
        what === 'migrates'
          ? thread?.migrate()
          : thread?.describe({ table: 'people', key: 'id', refreshedAt: undefined })
      await expect(asked).rejects.toThrow(DatabaseUnavailableError)
      await thread?.close()
      await relay.close()
    },
  )

  // MySQL 8.0.16 has no collation that compares bytes without padding; one that goes by letters stands for it here.
  test('before MySQL 8.0.17: keys that its collation could take for one are refused, others are kept apart', async () => {
    await on.run(
      'CREATE TABLE finer (id varchar(50) COLLATE utf8mb4_bin PRIMARY KEY, a text)',
      'CREATE TABLE numbered (id bigint PRIMARY KEY, a text)',
    )
    const byLetters: Rewriting = [
      ...versionIs('8.0.16'),
      [/\(SELECT c\.COLLATION_NAME[^)]*\)[^)]*\)/, "'utf8mb4_uca1400_nopad_as_cs'"],
    ]
    const relay = await startMysqlRelay(byLetters)
    const other = await connect(relay.through(on.database.url), 'mysql')
    const described = (table: string) =>
      describeTable(other.client, 'mysql', { table, key: 'id', refreshedAt: undefined }).catch((why: unknown) => why)
    expect(await described('finer')).toMatchObject({
      problems: [{ found: '"id", of the collation utf8mb4_bin, which MySQL can follow to the byte from 8.0.17 on' }],
    })
    expect(await described('numbered')).toMatchObject({ table: { name: 'numbered' } })
    await other.close()
    const fresh = await openDatabase('mysql')
    const there = await connect(relay.through(fresh.url), 'mysql')
    await migrate(there)
    const ids = { vendor: 'v', source: 's', triedAt: 1n, outcome: 'refreshed' } as const
    for (const key of ['a', 'A', 'a ', 'á', 'ß', 'ss']) await there.client.memory.create({ data: { ...ids, key } })
    const [table] = await there.client.$queryRaw<{ texts: string }[]>(
      raw(
        "SELECT t.TABLE_COLLATION AS texts FROM information_schema.TABLES AS t WHERE t.TABLE_NAME = 'spenddown_memory' AND t.TABLE_SCHEMA = database()",
      ),
    )
    expect(table?.texts).toBe('utf8mb4_uca1400_nopad_as_cs')
    await there.close()
    await fresh.drop()
    await relay.close()
  })

  test('keys that a collation takes for one are two in our own tables', async () => {
    const memory = (key: string) =>
      on.connection.client.memory.create({ data: { vendor: 'v', source: 's', key, triedAt: 1n, outcome: 'refreshed' } })
    for (const key of ['a', 'A', 'a ', 'á', 'ß', 'ss']) await memory(key)
    expect(await on.connection.client.memory.count()).toBe(6)
  })
})
