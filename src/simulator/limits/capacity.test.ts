import { expect, test } from 'vitest'
import { ManualClock } from '../../../test/support/simulator/manual-clock.ts'
import { type Behaviour, defaultBehaviour } from '../behaviour.ts'
import { Timers } from '../clock.ts'
import { Stats } from '../stats.ts'
import { Capacity } from './capacity.ts'

function built(changes: Partial<Behaviour>) {
  const behaviour = { ...defaultBehaviour, ...changes }
  const clock = new ManualClock(0)
  const stats = new Stats()
  const capacity = new Capacity(() => behaviour, clock, new Timers(clock), stats)
  const arrive = () => {
    stats.callArrived(1, clock.now())
    capacity.callArrived()
  }
  const served: [number, number][] = []
  const serve = (id: number, latencyMs: number) =>
    capacity.serve(
      () => latencyMs,
      () => served.push([id, clock.now()]),
    )
  return { behaviour, clock, stats, capacity, arrive, serve, served }
}

test('without latency and slots a call is served at once, without a timer', () => {
  const { serve, served, clock } = built({})
  serve(1, 0)
  expect(served).toEqual([[1, 0]])
  expect(clock.pending).toBe(0)
})

test('calls beyond the slots wait their turn, so latency grows', () => {
  const { serve, served, clock, stats } = built({ slots: 2 })
  for (let id = 1; id <= 5; id++) serve(id, 10)
  expect(stats.snapshot({})).toMatchObject({ queued: 3, peakQueued: 3 })
  clock.advance(30)
  expect(served).toEqual([
    [1, 10],
    [2, 10],
    [3, 20],
    [4, 20],
    [5, 30],
  ])
  expect(stats.snapshot({}).queued).toBe(0)
})

test('more slots start what waits', () => {
  const { serve, served, clock, capacity, behaviour } = built({ slots: 1 })
  for (let id = 1; id <= 3; id++) serve(id, 10)
  behaviour.slots = null
  capacity.fillSlots()
  clock.advance(10)
  expect(served.map(([, at]) => at)).toEqual([10, 10, 10])
})

test('a long queue of instant calls is worked off without growing the stack', () => {
  const { serve, served, clock } = built({ slots: 1 })
  serve(0, 10)
  for (let id = 1; id <= 20_000; id++) serve(id, 0)
  clock.advance(10)
  expect(served).toHaveLength(20_001)
})

test('one call too many makes it fall over for a while, once', () => {
  const { arrive, capacity, clock, stats } = built({ collapseAbove: 2, collapseMs: 100 })
  arrive()
  arrive()
  expect(capacity.isDown).toBe(false)
  arrive()
  arrive()
  expect([capacity.isDown, capacity.collapses]).toEqual([true, 1])
  clock.advance(99)
  expect(capacity.isDown).toBe(true)
  clock.advance(1)
  expect(capacity.isDown).toBe(false)
  for (let i = 0; i < 3; i++) stats.callClosed()
  arrive()
  expect([capacity.isDown, stats.snapshot({}).collapses]).toEqual([false, 1])
})
