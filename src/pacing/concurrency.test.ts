import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ConcurrencyState, failingForMs, type Sample, startConcurrency, step, unwell } from './concurrency.ts'

const ok = (at: number): Sample => ({ kind: 'ok', sentAt: at - 10, at })
const throttled = (sentAt: number, at = sentAt): Sample => ({ kind: 'throttled', sentAt, at })
const failed = (sentAt: number, at = sentAt): Sample => ({ kind: 'failed', sentAt, at })

function after(state: ConcurrencyState, ...samples: readonly Sample[]): ConcurrencyState {
  return samples.reduce(step, state)
}
const oks = (count: number) => Array.from({ length: count }, (_, i) => ok(i))

describe('calls at once', () => {
  test('are never below one or above the ceiling, and always whole, whatever comes', () => {
    const sample = fc.record({
      kind: fc.constantFrom('ok' as const, 'throttled' as const, 'failed' as const),
      sentAt: fc.nat(1_000),
      took: fc.nat(100),
    })
    const property = fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.array(sample, { maxLength: 200 }),
      (ceiling, samples) => {
        let state = startConcurrency(ceiling)
        for (const { kind, sentAt, took } of samples) {
          state = step(state, { kind, sentAt, at: sentAt + took })
          expect(state.limit >= 1 && state.limit <= ceiling && Number.isInteger(state.limit)).toBe(true)
        }
      },
    )
    fc.assert(property, { numRuns: 1_000 })
  })

  test('begin small and double each round, up to the ceiling', () => {
    let state = startConcurrency(20)
    const seen = [state.limit]
    for (const sample of oks(60)) {
      state = step(state, sample)
      if (state.limit !== seen.at(-1)) seen.push(state.limit)
    }
    expect(seen).toEqual([4, 8, 16, 20])
    expect(startConcurrency(2).limit).toBe(2)
    expect(() => startConcurrency(0)).toThrow(RangeError)
  })

  test('are halved by one burst of throttles once, and again only by calls sent after the cut', () => {
    const full = after(startConcurrency(32), ...oks(100))
    expect(full.limit).toBe(32)
    const burst = Array.from({ length: 32 }, (_, i) => throttled(1_000, 1_010 + i))
    const cut = after(full, ...burst)
    expect(cut.limit).toBe(16)
    expect(after(cut, throttled(1_010)).limit).toBe(16)
    expect(after(cut, throttled(1_011)).limit).toBe(8)
  })

  test('recover by one a round after a cut, to the ceiling', () => {
    const cut = after(startConcurrency(8), ...oks(20), throttled(100))
    expect(cut.limit).toBe(4)
    expect(after(cut, ...oks(3)).limit).toBe(4)
    expect(after(cut, ...oks(4)).limit).toBe(5)
    expect(after(cut, ...oks(4 + 5 + 6 + 7)).limit).toBe(8)
  })

  test('are not cut by a lone failure, but by two close together', () => {
    const full = after(startConcurrency(32), ...oks(100))
    expect(after(full, failed(200)).limit).toBe(32)
    expect(after(full, failed(200), failed(201)).limit).toBe(16)
    expect(after(full, failed(200), ...oks(20), failed(300)).limit).toBe(32)
  })
})

describe('a vendor that only fails', () => {
  const five = [1, 2, 3, 4, 5].map((at) => failed(at * 100))

  test('is unwell after five failures in a row, since the first of them', () => {
    const four = after(startConcurrency(4), ...five.slice(0, 4))
    expect(unwell(four)).toBe(false)
    const state = after(startConcurrency(4), ...five)
    expect([unwell(state), failingForMs(state, 1_100)]).toEqual([true, 1_000])
  })

  test('is well again after one success', () => {
    const state = after(startConcurrency(4), ...five, ok(600))
    expect([unwell(state), failingForMs(state, 9_999)]).toEqual([false, 0])
  })

  test('throttles alone do not make it unwell, but are no success either', () => {
    const state = after(startConcurrency(4), ...[1, 2, 3, 4, 5, 6].map((at) => throttled(at)))
    expect([unwell(state), failingForMs(state, 101)]).toEqual([false, 100])
  })
})
