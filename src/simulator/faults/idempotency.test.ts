import { expect, test } from 'vitest'
import { IdempotencyStore } from './idempotency.ts'

const never = () => {
  throw new Error('Nobody was waiting')
}

test('the first call of a key is to be served, later ones get what was kept', () => {
  const store = new IdempotencyStore<string>()
  expect(store.claim('k', ['a'], never)).toEqual({ is: 'first' })
  store.keep('k', 'answer')
  expect(store.claim('k', ['a'], never)).toEqual({ is: 'stored', stored: 'answer' })
  expect(store.claim('other', ['a'], never)).toEqual({ is: 'first' })
})

test('calls that come while it is served are told once it is known', () => {
  const store = new IdempotencyStore<string>()
  const told: string[] = []
  store.claim('k', ['a'], never)
  expect(store.claim('k', ['a'], () => told.push('second'))).toEqual({ is: 'in-progress' })
  expect(store.claim('k', ['a'], () => told.push('third'))).toEqual({ is: 'in-progress' })
  store.keep('k', 'answer')
  store.keep('k', 'answer')
  expect(told).toEqual(['second', 'third'])
})

test('where nothing came of it, one of those that wait is the next to be served', () => {
  const store = new IdempotencyStore<string>()
  const claims: string[] = []
  const again = () => claims.push(store.claim('k', ['a'], () => {}).is)
  store.claim('k', ['a'], never)
  store.claim('k', ['a'], again)
  store.claim('k', ['a'], again)
  store.release('k')
  expect(claims).toEqual(['first', 'in-progress'])
})

test('a key that comes with other records is refused', () => {
  const store = new IdempotencyStore<string>()
  store.claim('k', ['a'], never)
  expect(store.claim('k', ['b'], never)).toEqual({ is: 'mismatch' })
  store.keep('k', 'answer')
  expect(store.claim('k', ['a', 'b'], never)).toEqual({ is: 'mismatch' })
})
