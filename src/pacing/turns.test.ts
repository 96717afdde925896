import { expect, test } from 'vitest'
import type { Clock } from '../domain/clock.ts'
import { Turns } from './turns.ts'

/** A clock that moves when told to; its timers fire then, in order, as late as it jumped. */
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

function line(turns: Turns, calls: number, now: () => number) {
  const at: (number | false)[] = []
  for (let i = 0; i < calls; i++) void turns.next().then((isTurn) => at.push(isTurn && now()))
  return at
}

test('calls leave a spacing apart, in order, and the first at once', async () => {
  const { clock, jump } = clockUnderTest()
  const at = line(new Turns(clock, 40), 3, clock.monotonic)
  await jump(0)
  for (let i = 0; i < 10; i++) await jump(10)
  // Nothing was late, but nobody can tell: the second may leave as much sooner as a late timer is made up for.
  expect(at).toEqual([0, 30, 70])
})

test('after a standstill the next leaves, and the rest a spacing apart again', async () => {
  const { clock, jump } = clockUnderTest()
  const at = line(new Turns(clock, 40), 5, clock.monotonic)
  await jump(300)
  for (let i = 0; i < 20; i++) await jump(10)
  // Ten milliseconds of the standstill are made up for.
  expect(at.slice(1)).toEqual([300, 330, 370, 410])
})

test('a late timer is made up for', async () => {
  const { clock, jump } = clockUnderTest()
  const at = line(new Turns(clock, 40), 4, clock.monotonic)
  for (const ms of [0, 44, 39, 37]) await jump(ms)
  expect(at.slice(1)).toEqual([44, 83, 120])
})

test('a new spacing reaches who waits, sooner or later', async () => {
  const { clock, jump } = clockUnderTest()
  const turns = new Turns(clock, 1_000)
  const at = line(turns, 3, clock.monotonic)
  await jump(100)
  turns.setSpacing(150)
  await jump(50)
  turns.setSpacing(500)
  for (let i = 0; i < 60; i++) await jump(10)
  // 10 ms after the second left, it was made up for as much.
  expect(at.slice(1)).toEqual([150, 640])
})

test('who is dismissed has no turn, takes none, and leaves no timer behind', async () => {
  const { clock, jump, timers } = clockUnderTest()
  const turns = new Turns(clock, 40)
  const at = line(turns, 3, clock.monotonic)
  turns.dismiss()
  await jump(0)
  expect(at.slice(1)).toEqual([false, false])
  expect(timers.size).toBe(0)
  const later = line(turns, 1, clock.monotonic)
  await jump(40)
  expect(later).toEqual([40])
})
