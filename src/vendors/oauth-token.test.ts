import { describe, expect, test } from 'vitest'
import { type NoToken, OauthToken, type TokenReply } from './oauth-token.ts'

const DOWN: NoToken = { kind: 'unavailable', reason: 'down' }
const REFUSED: NoToken = { kind: 'refused', reason: 'invalid_client' }

/** A token with a manually controlled endpoint and clock. */
function tokenUnderTest() {
  const waiting: ((reply: TokenReply) => void)[] = []
  const seen = { nowMs: 1_000, asked: 0, obtained: [] as string[], missed: [] as NoToken[] }
  const token = new OauthToken({
    clock: { monotonic: () => seen.nowMs },
    fetchToken: () => {
      seen.asked += 1
      return new Promise((resolve) => waiting.push(resolve))
    },
    obtained: (value) => seen.obtained.push(value),
    missed: (why) => seen.missed.push(why),
  })
  const answer = (reply: TokenReply) => waiting.shift()?.(reply)
  const gives = (value: string, expiresIn: unknown) => answer({ kind: 'token', value, expiresIn })
  /** What a caller gets, if the endpoint answers so when it is asked. */
  const get = async (value: string, expiresIn: unknown) => {
    const got = token.get()
    gives(value, expiresIn)
    return heldBy(await got)
  }
  return { token, seen, answer, gives, get }
}

function heldBy(got: Awaited<ReturnType<OauthToken['get']>>): string {
  return got.kind === 'token' ? got.value : got.kind
}

/** Lets resolved promises run their continuations. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('one token for all', () => {
  test('50 callers at once ask the endpoint once', async () => {
    const { token, seen, gives } = tokenUnderTest()
    const callers = Array.from({ length: 50 }, async () => heldBy(await token.get()))
    gives('t1', 3600)
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t1']))
    expect(seen).toMatchObject({ asked: 1, obtained: ['t1'] })
  })

  test('nobody waits for one that is there', async () => {
    const { token, get } = tokenUnderTest()
    await get('t1', 3600)
    expect(token.get()).toMatchObject({ kind: 'token', value: 't1' })
  })

  test('it is made known before anyone has it', async () => {
    const { token, seen, gives } = tokenUnderTest()
    const known = Promise.resolve(token.get()).then(() => [...seen.obtained])
    gives('t1', 3600)
    expect(await known).toEqual(['t1'])
  })
})

describe('before it expires', () => {
  test.each<[string, unknown, number, number]>([
    ['an hour: a minute before', 3600, 3_600_000, 60_000],
    ['five minutes: a tenth before', 300, 300_000, 30_000],
    ['a second: a tenth before', 1, 1_000, 100],
    ['a number as text', '3600', 3_600_000, 60_000],
    ['no lifetime is named', undefined, 300_000, 30_000],
    ['null', null, 300_000, 30_000],
    ['a negative one', -1, 300_000, 30_000],
    ['none at all', 0, 300_000, 30_000],
    ['an absurd one', 1e12, 300_000, 30_000],
    ['NaN', Number.NaN, 300_000, 30_000],
    ['words', 'soon', 300_000, 30_000],
    ['empty text', '', 300_000, 30_000],
    ['an object', {}, 300_000, 30_000],
  ])('%s', async (_, expiresIn, lifetimeMs, marginMs) => {
    const { token, seen, gives, get } = tokenUnderTest()
    await get('t1', expiresIn)
    seen.nowMs += lifetimeMs - marginMs - 1
    expect(heldBy(await token.get())).toBe('t1')
    expect(seen.asked).toBe(1)
    seen.nowMs += 1
    expect(heldBy(await token.get())).toBe('t1')
    expect(heldBy(await token.get())).toBe('t1')
    expect(seen.asked).toBe(2)
    gives('t2', 3600)
    await settled()
    expect(heldBy(await token.get())).toBe('t2')
    expect(seen.asked).toBe(2)
  })

  test('its lifetime counts from when it was asked for', async () => {
    const { token, seen, gives } = tokenUnderTest()
    const got = token.get()
    seen.nowMs += 20_000
    gives('t1', 100)
    await got
    seen.nowMs += 70_000
    await token.get()
    expect(seen.asked).toBe(2)
  })

  test('an endpoint that is down then does not matter until it has expired, and is asked once a second', async () => {
    const { token, seen, answer, get } = tokenUnderTest()
    await get('t1', 600)
    seen.nowMs += 540_000
    for (let n = 0; n < 30; n += 1) {
      expect(heldBy(await token.get())).toBe('t1')
      answer(DOWN)
      await settled()
      seen.nowMs += 100
    }
    expect(seen.asked).toBe(1 + 3)
    seen.nowMs += 60_000
    const got = token.get()
    answer(DOWN)
    expect(await got).toEqual(DOWN)
  })

  test('one that has expired is not used while its successor is on its way', async () => {
    const { token, seen, gives, get } = tokenUnderTest()
    await get('t1', 600)
    seen.nowMs += 540_000
    await token.get()
    seen.nowMs += 60_000
    const got = token.get()
    gives('t2', 3600)
    expect(heldBy(await got)).toBe('t2')
    expect(seen.asked).toBe(2)
  })
})

describe('one that the vendor refuses', () => {
  test('is replaced once for all who carried it, also for those who learn it late', async () => {
    const { token, seen, gives } = tokenUnderTest()
    const first = token.get()
    gives('t1', 3600)
    const refused = await first
    if (refused.kind !== 'token') throw new Error('no token')
    const callers = Array.from({ length: 50 }, async () => heldBy(await token.replace(refused)))
    gives('t2', 3600)
    expect(new Set(await Promise.all(callers))).toEqual(new Set(['t2']))
    expect(heldBy(await token.replace(refused))).toBe('t2')
    expect(seen.asked).toBe(2)
  })

  test('is replaced once also where the endpoint gives the same again', async () => {
    const { token, seen, gives } = tokenUnderTest()
    const first = token.get()
    gives('t1', 3600)
    const refused = await first
    if (refused.kind !== 'token') throw new Error('no token')
    const second = token.replace(refused)
    gives('t1', 3600)
    await second
    await token.replace(refused)
    expect(seen.asked).toBe(2)
  })
})

describe('no token', () => {
  test.each([DOWN, REFUSED])('$kind: all waiting callers get the error, and those of the next second', async (why) => {
    const { token, seen, answer, gives } = tokenUnderTest()
    const callers = Array.from({ length: 50 }, () => token.get())
    answer(why)
    expect(new Set(await Promise.all(callers))).toEqual(new Set([why]))
    seen.nowMs += 999
    expect(await token.get()).toEqual(why)
    expect(seen).toMatchObject({ asked: 1, missed: [why] })
    seen.nowMs += 1
    const got = token.get()
    gives('t1', 3600)
    expect(heldBy(await got)).toBe('t1')
  })
})
