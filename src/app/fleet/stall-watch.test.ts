import { expect, test } from 'vitest'
import type { RunEvent } from '../../refresh/events/events.ts'
import { StallWatch } from './stall-watch.ts'

function watched(timeoutMs: number) {
  const clock = { now: 0 }
  return { clock, watch: new StallWatch(timeoutMs, () => clock.now) }
}

const progress = (refreshed: number, spent = refreshed): RunEvent => {
  const records = { refreshed, notFound: 0, superseded: 0, selected: 100 }
  return { type: 'progress', summary: { records, credits: { spent } } } as unknown as RunEvent
}

test('a run that refreshes nothing, finds out nothing and spends nothing for a minute gets nowhere', () => {
  const { clock, watch } = watched(1_000)
  watch.observe(progress(1))
  clock.now = 59_999
  expect(watch.isStalled).toBe(false)
  watch.observe(progress(1))
  clock.now = 60_000
  expect(watch.isStalled).toBe(true)
})

test('each record is progress, and so is each credit', () => {
  const { clock, watch } = watched(1_000)
  for (const event of [progress(1), progress(2), progress(2, 3)]) {
    clock.now += 50_000
    watch.observe(event)
    expect(watch.isStalled).toBe(false)
  }
})

test('a vendor whose calls may take long has two of them, and events that say nothing of records are no progress', () => {
  const { clock, watch } = watched(300_000)
  clock.now = 599_999
  watch.observe({ type: 'database-unreachable', reason: 'x' })
  expect(watch.isStalled).toBe(false)
  clock.now = 600_000
  expect(watch.isStalled).toBe(true)
})
