import { expect, test } from 'vitest'
import { type Credits, NO_CREDITS } from '../credits/credits.ts'
import { Doubt } from './doubt.ts'

const c = (amount: number) => amount as Credits

test('two later balances take a low one back, as far as both show more', () => {
  const doubt = new Doubt()
  doubt.raise(c(100), c(1), c(0))
  expect(doubt.contradict(c(90))).toBe(0)
  expect(doubt.contradict(c(80))).toBe(80)
  expect(doubt.credits).toBe(20)
})

test('what only the second of them shows waits for a third', () => {
  const doubt = new Doubt()
  doubt.raise(c(100), c(1), c(0))
  expect([80, 90, 30, 30].map((by) => doubt.contradict(c(by)))).toEqual([0, 80, 10, 10])
  expect([doubt.credits, doubt.contradicted]).toEqual([0, false])
})

test('no more than was in doubt comes back', () => {
  const doubt = new Doubt()
  doubt.raise(c(10), c(1), c(0))
  doubt.contradict(c(500))
  expect(doubt.contradict(c(500))).toBe(10)
  expect(doubt.credits).toBe(0)
})

test('another low balance makes what was shown before it worthless', () => {
  const doubt = new Doubt()
  doubt.raise(c(10), c(1), c(0))
  doubt.contradict(c(10))
  doubt.raise(c(5), c(1), c(0))
  expect(doubt.contradict(c(15))).toBe(0)
  expect([doubt.credits, doubt.raised]).toEqual([15, 2])
})

test('what was confirmed does not come back', () => {
  const doubt = new Doubt()
  doubt.raise(c(10), c(1), c(0))
  doubt.contradict(c(10))
  doubt.end()
  expect([doubt.contradict(c(10)), doubt.contradict(c(10))]).toEqual([NO_CREDITS, NO_CREDITS])
})

test('replies that were in flight with the low one outvote it, where one of them is surely younger', () => {
  const raised = (cost: number, ...balances: number[]) => {
    const doubt = new Doubt()
    doubt.raise(c(97), c(cost), c(2))
    for (const balance of balances) doubt.beside(c(balance), c(2))
    return doubt.outvoted(NO_CREDITS)
  }
  expect(raised(1, 98, 97)).toBe(97)
  expect(raised(1, 98, 95)).toBe(95)
  // They may be older than what others have spent.
  expect(raised(1, 99, 98)).toBe(0)
  expect(raised(0, 98, 97)).toBe(0)
  expect(raised(1, 97)).toBe(0)
})
