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

const numbers = (calls: readonly FinishedCall[]) => calls.map(({ n }) => n)

test('a checkpoint takes as many calls as it has memory for, one at least; the rest wait for the next', () => {
  const finished = waiting(1.5, 1.5, 1.5, 10, 0.5)
  expect(finished.fillsCheckpoint).toBe(true)
  expect([numbers(finished.takeSome()), numbers(finished.takeSome()), numbers(finished.takeSome())]).toEqual([
    [0, 1],
    [2],
    [3],
  ])
  expect([finished.count, finished.fillsCheckpoint]).toEqual([1, false])
  expect([numbers(finished.takeAll()), finished.count]).toEqual([[4], 0])
})

test('small calls all go together, and never hold up others', () => {
  const finished = waiting(...Array<number>(500).fill(0))
  expect([finished.fillsCheckpoint, finished.hasRoom(1_000)]).toEqual([false, true])
  expect(finished.takeSome()).toHaveLength(500)
})

test('calls are sent while there is memory for what waits and for replies as long as the longest lately', () => {
  const finished = waiting(3.5, 3.5)
  expect([0, 3, 4].map((inFlight) => finished.hasRoom(inFlight))).toEqual([true, true, false])
  finished.takeAll()
  expect([5, 6].map((inFlight) => finished.hasRoom(inFlight))).toEqual([true, false])
  // A longer one than there is memory for goes alone.
  const long = waiting(50)
  expect(long.hasRoom(0)).toBe(false)
  long.takeAll()
  expect([0, 1].map((inFlight) => long.hasRoom(inFlight))).toEqual([true, false])
  for (let n = 0; n < 300; n++) long.add(call(n, 0))
  long.takeAll()
  expect(long.hasRoom(100)).toBe(true)
})
