import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccountQueue } from '../../../src/store/queue/account-queue.ts'
import { openBossQueue } from '../../../src/store/queue/boss-queue.ts'
import { LocalQueue } from '../../../src/store/queue/local-queue.ts'
import { openQueue } from '../../../src/store/queue/open-queue.ts'
import { databases, openDatabase, type TestDatabase } from '../../support/databases/databases.ts'

const waiting = (...accounts: readonly (readonly [string, number])[]) =>
  accounts.map(([account, urgency]) => ({ account, urgency }))

/** What holds for any queue. */
function suite(queue: () => AccountQueue): void {
  test('the most urgent are taken first, each once', async () => {
    await queue().put('work', waiting(['low', 1], ['high', 2 ** 31 - 1], ['middle', 7]))
    expect(await queue().waiting('work')).toBe(3)
    expect((await queue().take('work', 2)).toSorted()).toEqual(['high', 'middle'])
    expect(await queue().take('work', 5)).toEqual(['low'])
    expect([await queue().take('work', 5), await queue().waiting('work')]).toEqual([[], 0])
  })

  test('an account that waits already waits once; one that was taken may wait again', async () => {
    await queue().put('look', waiting(['a', 1]))
    await queue().put('look', waiting(['a', 9], ['b', 1]))
    expect((await queue().take('look', 9)).toSorted()).toEqual(['a', 'b'])
    await queue().put('look', waiting(['a', 1]))
    expect(await queue().take('look', 9)).toEqual(['a'])
  })

  test('to be looked at and to be worked are different', async () => {
    await queue().put('look', waiting(['a', 1]))
    expect(await queue().take('work', 9)).toEqual([])
    expect(await queue().take('look', 9)).toEqual(['a'])
  })

  test('nothing is put, and nothing is taken', async () => {
    await queue().put('work', [])
    expect(await queue().take('work', 0)).toEqual([])
  })
}

describe('in one process', () => {
  let queue: AccountQueue
  beforeEach(() => {
    queue = new LocalQueue()
  })
  suite(() => queue)

  test('it leads itself, and shares with nobody', async () => {
    expect([await queue.leads(60), await queue.leads(60), queue.isShared]).toEqual([true, true, false])
  })
})

describe.skipIf(!databases.includes('postgresql'))('over PostgreSQL', () => {
  let database: TestDatabase
  let queues: AccountQueue[]
  const onError = (error: unknown) => {
    throw error
  }
  const open = async (name = 'accounts') => {
    const queue = await openBossQueue({ url: database.url, name, onError })
    queues.push(queue)
    return queue
  }
  beforeEach(async () => {
    database = await openDatabase('postgresql')
    queues = []
    await open()
  })
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()))
    await database.drop()
  })
  suite(() => queues[0]!)

  test('machines take different accounts, and one of them leads in an interval', async () => {
    const machines = [queues[0]!, ...(await Promise.all([open(), open()]))]
    const led = await Promise.all(machines.map((machine) => machine.leads(3_000)))
    expect(led.filter((each) => each)).toHaveLength(1)
    expect(await machines[1]!.leads(3_000)).toBe(false)
    await Promise.all(machines.map((machine) => machine.put('work', waiting(['a', 1], ['b', 2], ['c', 3]))))
    const taken = await Promise.all(machines.map((machine) => machine.take('work', 2)))
    expect(taken.flat().toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('a machine that has died has taken nothing away that nobody can put in again', async () => {
    await queues[0]!.put('work', waiting(['a', 1]))
    await queues[0]!.take('work', 1)
    const other = await open()
    await other.put('work', waiting(['a', 1]))
    expect(await other.take('work', 1)).toEqual(['a'])
  })

  test('configs of different names share nothing', async () => {
    const other = await open('other')
    await queues[0]!.put('work', waiting(['a', 1]))
    expect(await other.take('work', 9)).toEqual([])
    expect([await queues[0]!.leads(3_000), await other.leads(3_000)]).toEqual([true, true])
  })

  test('a database that is unreachable is told as that', async () => {
    const url = 'postgresql://postgres@127.0.0.1:9/none'
    await expect(openBossQueue({ url, name: 'accounts', onError: () => {} })).rejects.toMatchObject({
      code: 'DATABASE_UNAVAILABLE',
    })
  })
})

test('where a database has no queue, one machine works all, and says why', async () => {
  const told: string[] = []
  const parts = { url: 'file:none.db', dialect: 'sqlite', name: 'accounts', onError: () => {} } as const
  const queue = await openQueue({ ...parts, onAlone: (why) => told.push(why) })
  expect([queue.isShared, told]).toEqual([false, ['machines share the accounts over PostgreSQL alone']])
})
