import { expect, test } from 'vitest'
import { ManualClock } from '../../test/support/simulator/manual-clock.ts'
import { systemClock, Timers } from './clock.ts'

test('alarms ring when time is moved past them, in order, each at its own instant', () => {
  const clock = new ManualClock(0)
  const rung: [string, number][] = []
  clock.after(20, () => rung.push(['b', clock.now()]))
  clock.after(10, () => {
    rung.push(['a', clock.now()])
    clock.after(5, () => rung.push(['a again', clock.now()]))
  })
  clock.after(31, () => rung.push(['too late', clock.now()]))
  clock.advance(30)
  expect(rung).toEqual([
    ['a', 10],
    ['a again', 15],
    ['b', 20],
  ])
  expect(clock.now()).toBe(30)
  expect(clock.pending).toBe(1)
})

test('a cancelled timer never rings', () => {
  const clock = new ManualClock(0)
  const timers = new Timers(clock)
  let rings = 0
  timers.after(10, () => rings++)()
  const stop = timers.every(10, () => rings++)
  clock.advance(35)
  expect(rings).toBe(3)
  stop()
  clock.advance(100)
  expect(rings).toBe(3)
  expect(clock.pending).toBe(0)
})

test('clearing the timers leaves none, recurring ones included', () => {
  const clock = new ManualClock(0)
  const timers = new Timers(clock)
  timers.every(10, () => {})
  timers.after(10, () => {})
  timers.clear()
  expect(clock.pending).toBe(0)
})

test('a recurring timer may stop itself while it rings', () => {
  const clock = new ManualClock(0)
  const timers = new Timers(clock)
  let rings = 0
  const stop = timers.every(10, () => {
    rings++
    stop()
  })
  clock.advance(100)
  expect(rings).toBe(1)
  expect(clock.pending).toBe(0)
})

test('the system clock rings, and can be cancelled', async () => {
  let rings = 0
  systemClock.after(1, () => rings++)()
  await new Promise<void>((resolve) => systemClock.after(5, resolve))
  expect(rings).toBe(0)
})
