import { expect, test } from 'vitest'
import { errandOf, type Known } from './errand.ts'

const NOW = Date.UTC(2026, 10, 30, 12)
const at = (more: Partial<Known> = {}): Known => {
  return { nextLookAt: NOW + 1, fingerprint: 'a', due: false, busy: null, running: 0, ...more }
}
const errand = (known: Known | undefined) => errandOf(known, 'a', NOW)

test('an account that nobody has looked at, or whose time has come, is looked at', () => {
  expect(errand(undefined)).toBe('look')
  expect(errand(at())).toBeNull()
  expect(errand(at({ nextLookAt: NOW }))).toBe('look')
})

test('what is due is worked, and what a process works on is left to it, whatever else is known', () => {
  expect(errand(at({ due: true }))).toBe('work')
  expect(errand(at({ due: true, running: 1 }))).toBe('work')
  for (const more of [{}, { due: true }, { nextLookAt: 0 }, { fingerprint: 'b' }, { running: 1 }])
    expect(errand(at({ ...more, busy: 'process 7 on host' })), JSON.stringify(more)).toBeNull()
})

test('a run whose machine has died is found at once', () => {
  expect(errand(at({ running: 1 }))).toBe('look')
})

test('an account that has changed is looked at before it is worked', () => {
  expect(errand(at({ fingerprint: 'b', due: true }))).toBe('look')
})
