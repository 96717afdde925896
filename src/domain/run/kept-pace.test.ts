import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KeptPace, readPace } from './kept-pace.ts'

const PACE: KeptPace = {
  concurrency: 17,
  perSecond: null,
  reason: 'raised to 17: latency is normal',
  learned: { concurrency: 17, perSecond: 98.8, windowMs: 1_000, baselineMs: 40.2, at: Date.UTC(2026, 10, 30) },
}

test('what is kept is read as it was written', () => {
  expect(readPace(JSON.stringify(PACE))).toEqual(PACE)
  expect(readPace(null)).toBeNull()
})

test.each([
  ['not JSON', '{'],
  ['nothing learned', JSON.stringify({ ...PACE, learned: undefined })],
  ['a concurrency below nothing', JSON.stringify({ ...PACE, learned: { ...PACE.learned, concurrency: -1 } })],
  ['a rate that is no number', JSON.stringify({ ...PACE, perSecond: 'fast' })],
])('%s is not believed', (_, text) => expect(readPace(text)).toBeNull())

test('whatever stands there, it is read or left, and nothing breaks', () => {
  fc.assert(fc.property(fc.json(), (text) => readPace(text) === null || text !== ''))
})
