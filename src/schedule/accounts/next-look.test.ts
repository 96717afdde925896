import { expect, test } from 'vitest'
import type { Decision } from '../decide.ts'
import { nextLookAt, retryAt } from './next-look.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const MINUTE_MS = 60_000
const wait = (because: 'not-due' | 'done' | 'busy' | 'needs-person', until: number | null = null): Decision => {
  return { kind: 'wait', because, until, why: '' }
}
const start: Decision = { kind: 'start', slot: NOW, since: null, why: '' }
const minutes = (decisions: readonly Decision[], isMoving = false) =>
  (nextLookAt(decisions, isMoving, NOW) - NOW) / MINUTE_MS

test('by a fixed schedule, when the first of its jobs is due, and once an hour', () => {
  expect(minutes([wait('not-due', NOW + 7 * MINUTE_MS), wait('done', NOW + 99 * MINUTE_MS)])).toBe(7)
  expect(minutes([wait('not-due', NOW + 999 * MINUTE_MS)])).toBe(60)
  expect(minutes([wait('not-due')])).toBe(60)
  expect(minutes([])).toBe(60)
})

test('sooner where the balance decides, where somebody else may let it go on, and where it waits for its turn', () => {
  expect(minutes([wait('not-due', NOW + 999 * MINUTE_MS)], true)).toBe(15)
  expect(minutes([wait('busy')])).toBe(5)
  expect(minutes([wait('needs-person')])).toBe(5)
  expect(minutes([start])).toBe(15)
})

test('what was due in the past is looked at now', () => {
  expect(minutes([wait('not-due', NOW - 5 * MINUTE_MS)])).toBe(0)
})

test('an account that fails is tried less and less often, and still four times an hour', () => {
  const waits = [1, 2, 3, 4, 5, 6, 5_000].map((failures) => (retryAt(failures, NOW) - NOW) / MINUTE_MS)
  expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15])
})
