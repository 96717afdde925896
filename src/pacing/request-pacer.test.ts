import { expect, test } from 'vitest'
import type { Clock } from '../domain/time/clock.ts'
import { RequestPacer } from './request-pacer.ts'

/** A manual clock; when it jumps, its timers fire late, in order. */
function clockUnderTest() {
  let now = 0
  const timers = new Set<{ at: number; then: () => void }>()
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: () => Promise.reject(new Error('nobody sleeps')),
    after: (ms, then) => {
      const timer = { at: now + ms, then }
      timers.add(timer)
      return () => timers.delete(timer)
    },
  }
  const jump = async (ms: number) => {
    now += ms
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer)
      timer.then()
    }
    await Promise.resolve()
  }
  return { clock, jump, timers }
}

/** A RequestPacer whose first call is due already; `now` counts from then. */
async function turnsUnderTest(spacingMs: number) {
  const under = clockUnderTest()
  const turns = new RequestPacer(under.clock, spacingMs)
  await under.jump(spacingMs)
  const from = under.clock.monotonic()
  return { ...under, turns, now: () => under.clock.monotonic() - from }
}

function line(turns: RequestPacer, calls: number, now: () => number) {
  const at: (number | false)[] = []
  for (let i = 0; i < calls; i++) void turns.next().then((isTurn) => at.push(isTurn && now()))
  return at
}

test('the first call leaves a spacing after the start: who was here before owes nothing then', async () => {
  const { clock, jump } = clockUnderTest()
  const turns = new RequestPacer(clock, 40)
  const at = line(turns, 1, clock.monotonic)
  await jump(39)
  expect(at).toEqual([])
  await jump(1)
  expect(at).toEqual([40])
})

test('calls leave a spacing apart, in order, and the first at once', async () => {
  const { turns, jump, now } = await turnsUnderTest(40)
  const at = line(turns, 3, now)
  await jump(0)
  for (let i = 0; i < 10; i++) await jump(10)
  expect(at).toEqual([0, 40, 80])
})

test('after a standstill the next leaves, and the rest a spacing apart again', async () => {
  const { turns, jump, now } = await turnsUnderTest(40)
  const at = line(turns, 5, now)
  await jump(300)
  for (let i = 0; i < 20; i++) await jump(10)
  // Ten milliseconds of the delay are made up for.
  expect(at.slice(1)).toEqual([300, 330, 370, 410])
})

test('a late timer is made up for', async () => {
  const { turns, jump, now } = await turnsUnderTest(40)
  const at = line(turns, 4, now)
  for (const ms of [0, 44, 39, 37]) await jump(ms)
  expect(at.slice(1)).toEqual([44, 83, 120])
})

test('a new spacing reaches who waits, sooner or later', async () => {
  const { turns, jump, now } = await turnsUnderTest(1_000)
  const at = line(turns, 3, now)
  await jump(100)
  turns.setSpacing(150)
  await jump(50)
  turns.setSpacing(500)
  for (let i = 0; i < 60; i++) await jump(10)
  expect(at.slice(1)).toEqual([150, 650])
})

test('who is dismissed has no turn, takes none, and leaves no timer behind', async () => {
  const { turns, jump, timers, now } = await turnsUnderTest(40)
  const at = line(turns, 3, now)
  turns.dismiss()
  await jump(0)
  expect(at.slice(1)).toEqual([false, false])
  expect(timers.size).toBe(0)
  const later = line(turns, 1, now)
  await jump(40)
  expect(later).toEqual([40])
})
