import { expect, test } from 'vitest'
import type { Faults } from './faults.ts'
import { FaultBox } from './faults.ts'

function armed(faults: Faults, seed = 1): FaultBox {
  const box = new FaultBox(seed)
  box.change({}, faults)
  return box
}

const picks = (box: FaultBox, times: number, key = 'a') => Array.from({ length: times }, () => box.pick([key]))

test('without faults nothing strikes', () => {
  expect(armed({}).pick(['a'])).toBeUndefined()
})

test('a counter strikes so many times', () => {
  expect(picks(armed({ html: { next: 2 } }), 4)).toEqual(['html', 'html', undefined, undefined])
})

test('a list of keys strikes these keys only, and a bulk call that has one of them', () => {
  const box = armed({ hang: { keys: ['b'] } })
  expect(box.pick(['a'])).toBeUndefined()
  expect(box.pick(['a', 'b'])).toBe('hang')
})

test('keys and a counter together strike so many requests for these keys', () => {
  const box = armed({ error500: { keys: ['b'], next: 1 } })
  expect([...picks(box, 3, 'a'), ...picks(box, 2, 'b')]).toEqual([
    undefined,
    undefined,
    undefined,
    'error500',
    undefined,
  ])
})

test('a rate strikes its share, seeded', () => {
  const struck = (seed: number) => picks(armed({ malformed: { rate: 0.1 } }, seed), 5_000)
  expect(struck(1).filter(Boolean).length / 5_000).toBeCloseTo(0.1, 1)
  expect(struck(1)).toEqual(struck(1))
  expect(struck(1)).not.toEqual(struck(2))
})

test('no rate means always, and a rate of 0 never', () => {
  expect(picks(armed({ html: {} }), 2)).toEqual(['html', 'html'])
  expect(picks(armed({ html: { rate: 0 } }), 2)).toEqual([undefined, undefined])
})

test('one fault strikes a call, and the other keeps its counter', () => {
  const box = armed({ html: { next: 1 }, error500: { next: 1 } })
  expect(picks(box, 3)).toEqual(['error500', 'html', undefined])
})

test('arming another fault leaves what is left of the first; arming it again starts afresh', () => {
  const box = armed({})
  const html = { next: 2 }
  box.change({}, { html })
  box.pick(['a'])
  box.change({ html }, { html, hang: { next: 1 } })
  expect(picks(box, 3)).toEqual(['hang', 'html', undefined])
  box.change({ html }, { html: { next: 1 } })
  expect(picks(box, 2)).toEqual(['html', undefined])
})

test('a removed fault strikes no more', () => {
  const box = armed({ html: {} })
  box.change({ html: {} }, {})
  expect(box.pick(['a'])).toBeUndefined()
})

test('how often each struck is counted', () => {
  const box = armed({ html: { next: 2 }, lyingCharge: { as: 'text' } })
  picks(box, 5)
  box.strikes('lyingCharge', [])
  expect(box.struck).toEqual({ html: 2, lyingCharge: 1 })
})
