import { expect, test } from 'vitest'
import type { FinishedCall } from '../ports/calls.ts'
import { FinishedCalls } from './finished-calls.ts'

const MIB = 1024 * 1024

function call(n: number, mib: number): FinishedCall {
  const values = { bio: 'x'.repeat(mib * MIB), tags: ['a'] }
  return { n, state: 'settled', items: [{ values, duplicates: [] }] } as unknown as FinishedCall
}

function waiting(...mib: number[]): FinishedCalls {
  const finished = new FinishedCalls({ left: [], isAsync: false, onAdd: () => {} })
  for (const [n, each] of mib.entries()) finished.add(call(n, each))
  return finished
}

test('a checkpoint takes all, however long: the books know what each has cost', () => {
  const finished = waiting(20, 0, 20)
  expect(finished.take()).toHaveLength(3)
  expect(finished.count).toBe(0)
})

test('small calls never hold up others', () => {
  const finished = waiting(...Array<number>(500).fill(0))
  expect(finished.hasRoom(1_000)).toBe(true)
  expect(finished.take()).toHaveLength(500)
})

test('calls are sent while there is memory for what waits and for replies as long as the longest lately', () => {
  const finished = waiting(2.3, 2.3)
  expect([0, 3, 4].map((inFlight) => finished.hasRoom(inFlight))).toEqual([true, true, false])
  finished.take()
  expect([0, 3, 4].map((inFlight) => finished.hasRoom(inFlight))).toEqual([true, true, false])
  finished.committed()
  expect([5, 6].map((inFlight) => finished.hasRoom(inFlight))).toEqual([true, false])
  // A longer one than there is memory for goes alone.
  const long = waiting(40)
  expect(long.hasRoom(0)).toBe(false)
  long.take()
  long.committed()
  expect([0, 1].map((inFlight) => long.hasRoom(inFlight))).toEqual([true, false])
  for (let n = 0; n < 300; n++) long.add(call(n, 0))
  long.take()
  long.committed()
  expect(long.hasRoom(100)).toBe(true)
})
