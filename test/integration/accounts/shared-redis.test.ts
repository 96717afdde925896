import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Redis } from 'ioredis'
import { afterEach, describe, expect, inject, test } from 'vitest'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { SharedRedis } from '../../../src/pacing/shared/redis-turnstile.ts'
import {
  localTurnstile,
  SharedCeiling,
  type SharedLimits,
  type SharedTurns,
} from '../../../src/pacing/shared/shared-ceiling.ts'

const PORT = 6379

const opened: SharedRedis[] = []
afterEach(() => {
  for (const redis of opened.splice(0)) redis.close()
})

async function redisAt(port: number, told: (string | null)[] = []) {
  const redis = await SharedRedis.open(`redis://127.0.0.1:${port}`, (lost) => told.push(lost))
  opened.push(redis)
  return redis
}

/** A machine's part of the limits. */
async function machine(
  id: string,
  limits: SharedLimits,
  port = PORT,
  told: (string | null)[] = [],
): Promise<SharedTurns> {
  const redis = await redisAt(port, told)
  if (port === PORT) await expect.poll(() => redis.isReady).toBe(true)
  return new SharedCeiling(redis.turnstile(id, limits, localTurnstile(limits, systemClock))).turns()
}

const newId = () => `spenddown-test-${randomBytes(6).toString('hex')}`

describe.skipIf(inject('redisMissing') !== null)('machines that keep limits together in Redis', () => {
  test('have no more calls in flight together than the limit', async () => {
    const id = newId()
    const machines = [await machine(id, { maxConcurrent: 3 }), await machine(id, { maxConcurrent: 3 })]
    let [now, most] = [0, 0]
    const call = async (turns: SharedTurns) => {
      const end = await turns.next()
      now += 1
      most = Math.max(most, now)
      await systemClock.sleep(15)
      now -= 1
      end?.()
    }
    await Promise.all(Array.from({ length: 30 }, (_, at) => call(machines[at % 2]!)))
    expect(most).toBe(3)
  })

  test('send as far apart together as the rate demands', async () => {
    const id = newId()
    const machines = [await machine(id, { perSecond: 20 }), await machine(id, { perSecond: 20 })]
    const at: number[] = []
    const call = async (turns: SharedTurns) => {
      const end = await turns.next()
      at.push(systemClock.monotonic())
      end?.()
    }
    await Promise.all(Array.from({ length: 10 }, (_, each) => call(machines[each % 2]!)))
    // Nine times 51 ms, less what timers and the two processes' clocks are apart.
    expect(Math.max(...at) - Math.min(...at)).toBeGreaterThan(400)
  })

  test('go on when Redis has forgotten the limits', async () => {
    const id = newId()
    const turns = await machine(id, { maxConcurrent: 1 })
    ;(await turns.next())?.()
    const admin = new Redis(PORT, '127.0.0.1')
    const keys = await admin.keys(`b_${id}*`)
    expect(keys.length).toBeGreaterThan(0)
    await admin.del(...keys)
    for (let each = 0; each < 5; each++) {
      const end = await turns.next()
      expect(end).toBeInstanceOf(Function)
      end?.()
    }
    expect((await admin.keys(`b_${id}*`)).length).toBeGreaterThan(0)
    await admin.quit()
  })

  test('keep them for themselves while Redis is away, what waits there included, and together again after', async () => {
    const sockets = new Set<Socket>()
    const relay = createServer((incoming) => {
      const outgoing = connect(PORT, '127.0.0.1')
      for (const socket of [incoming, outgoing]) {
        sockets.add(socket)
        socket.on('error', () => {})
      }
      incoming.pipe(outgoing).pipe(incoming)
    })
    await once(relay.listen(0, '127.0.0.1'), 'listening')
    const { port } = relay.address() as AddressInfo
    const told: (string | null)[] = []
    const id = newId()
    const redis = await redisAt(port, told)
    await expect.poll(() => redis.isReady).toBe(true)
    const limits = { maxConcurrent: 1 }
    const turns = new SharedCeiling(redis.turnstile(id, limits, localTurnstile(limits, systemClock))).turns()
    const held = await turns.next()
    const waiting = turns.next()
    relay.close()
    for (const socket of sockets) socket.destroy()
    // The call that is in flight is Redis's; the one that waited goes through this machine's own limits.
    const end = await waiting
    expect(end).toBeInstanceOf(Function)
    end?.()
    held?.()
    expect(told).toHaveLength(1)
    await once(relay.listen(port, '127.0.0.1'), 'listening')
    await expect.poll(() => told).toEqual([expect.any(String), null])
    const again = await turns.next()
    expect(again).toBeInstanceOf(Function)
    again?.()
    for (const each of opened.splice(0)) each.close()
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => relay.close(resolve))
  })
})

test('where nobody answers at the address, each machine keeps the limits for itself', async () => {
  const told: (string | null)[] = []
  const turns = await machine(newId(), { maxConcurrent: 1 }, 9, told)
  const first = await turns.next()
  const second = turns.next()
  first?.()
  const end = await second
  expect(end).toBeInstanceOf(Function)
  end?.()
  await expect.poll(() => told).toEqual([expect.stringContaining('ECONNREFUSED')])
})
