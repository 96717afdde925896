import { expect, test } from 'vitest'
import type { Credits } from '../credits/credits.ts'
import { Purchased } from './purchased.ts'

const c = (amount: number) => amount as Credits

test('is taken off the balance of a reply, down to nothing', () => {
  const purchased = new Purchased(c(20))
  expect([purchased.planOf(c(50), 1), purchased.planOf(c(5), 1)]).toEqual([30, 0])
})

test('a reply to a call that was in flight when some were bought may count either number: the fewer', () => {
  const purchased = new Purchased(c(20))
  purchased.learn(c(70), 100)
  expect([purchased.planOf(c(50), 90), purchased.planOf(c(100), 101)]).toEqual([30, 30])
})

test('a reply to a call that is older than what is known says nothing', () => {
  const purchased = new Purchased(c(20), 100)
  expect([purchased.planOf(c(50), 99), purchased.planOf(c(50), 100)]).toEqual([null, 30])
})
