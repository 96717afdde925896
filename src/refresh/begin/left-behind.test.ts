import { expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import type { OpenedCall } from '../ports/calls.ts'
import { neverSent, released } from '../settle/settlement.ts'
import { sortLeftBehind } from './left-behind.ts'

const RULES = { maxAttempts: 3, onUnknown: 'retry', idempotent: true, async: null } as const

/** A call for the items of these places. */
function call(n: number, ...seqs: readonly number[]): OpenedCall {
  const items = seqs.map((seq) => ({
    item: { seq, key: `k${seq}`, attempts: 0, selectedAt: null },
    row: {},
    duplicates: [],
  }))
  return { n, nonce: `${n}`, reservation: 2 as Credits, openedAt: 0, items }
}

function sorted(crashes: readonly (readonly [seq: number, times: number])[], idempotent = true) {
  const open = [call(1, 1), call(2, 2, 3), call(3, 4)]
  const left = sortLeftBehind({ open, orphaned: [], again: [], crashes: new Map(crashes) }, [], {
    ...RULES,
    idempotent,
  })
  const numbers = (calls: readonly { readonly n: number }[]) => calls.map(({ n }) => n)
  return {
    resend: numbers(left.resend),
    suspects: numbers(left.suspects),
    unknown: left.finished.filter(({ state }) => state === 'unknown').map(({ n, items }) => [n, items[0]?.end]),
    holds: [left.open, left.unknown],
  }
}

test('a call that two processes died with is not sent a third time; one that one died with goes out few at a time', () => {
  expect(sorted([])).toEqual({ resend: [1, 2, 3], suspects: [], unknown: [], holds: [6, 0] })
  expect(sorted([[4, 1]])).toEqual({ resend: [1, 2], suspects: [3], unknown: [], holds: [6, 0] })
  const twice = sorted([
    [3, 2],
    [4, 1],
  ])
  expect(twice).toEqual({ resend: [1], suspects: [3], unknown: [[2, 'unknown']], holds: [4, 2] })
})

test('without keys each call that a process left open is unknown, and its records may be asked for again', () => {
  const { resend, suspects, unknown } = sorted([[1, 1]], false)
  expect([resend, suspects]).toEqual([[], []])
  expect(unknown).toEqual([
    [1, null],
    [2, null],
    [3, null],
  ])
})

test('a call that by the journal was never sent is released, whatever its records were in flight with', () => {
  const never = { ...call(1, 1), leaseToken: 4 }
  const open = [never, call(2, 2)]
  const crashes = new Map([[1, 2]])
  // Of a call that the process knew to be open, and of one whose opening it never heard of.
  for (const entry of [released(never, null, null), neverSent(never.nonce)]) {
    const journal = [{ ...entry, leaseToken: 4 }]
    const left = sortLeftBehind({ open, orphaned: [], again: [], crashes }, journal, RULES)
    expect(left.finished).toMatchObject([{ n: 1, state: 'released', reservation: 2, items: [{ end: null }] }])
    expect([left.resend.map(({ n }) => n), left.deadly, left.unknown, left.settledCost]).toEqual([[2], 0, 0, 0])
  }
})

test('an old journal does not release a call that was sent by whoever took the run over since', () => {
  const open = [{ ...call(1, 1), leaseToken: 5 }]
  const journal = [{ ...released(call(1, 1), null, null), leaseToken: 4 }]
  const left = sortLeftBehind({ open, orphaned: [], again: [], crashes: new Map() }, journal, RULES)
  expect([left.finished, left.resend.map(({ n }) => n), left.open]).toEqual([[], [1], 2])
})
