import { expect, test } from 'vitest'
import { SnapshotTimer } from './snapshot-timer.ts'

const HOUR_MS = 3_600_000

function taken(timer: SnapshotTimer, untilMs: number, everyMs: number, reason = (_: number) => 'steady'): number {
  let count = 0
  for (let at = 0; at <= untilMs; at += everyMs) if (timer.due(at, reason(at))) count += 1
  return count
}

test('a run of a minute has a hundred snapshots, one of a day no more than two thousand', () => {
  expect(taken(new SnapshotTimer(), 60_000, 20)).toBeGreaterThan(100)
  expect(taken(new SnapshotTimer(), 24 * HOUR_MS, 250)).toBeLessThan(2_000)
})

test('a pace that changes at every checkpoint makes them four times as many at most', () => {
  expect(taken(new SnapshotTimer(), 12 * HOUR_MS, 250, String)).toBeLessThan(4 * 1_500)
})

test('a new pace is kept before the next one is due', () => {
  const timer = new SnapshotTimer()
  expect(timer.due(0, 'a')).toBe(true)
  expect(timer.due(130, 'a')).toBe(false)
  expect(timer.due(130, 'b')).toBe(true)
  expect(timer.due(200, 'b')).toBe(false)
})

test('another process takes one at once, however old the run is', () => {
  expect(new SnapshotTimer().due(10 * HOUR_MS, 'resumed')).toBe(true)
})
