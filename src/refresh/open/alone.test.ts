import { expect, test } from 'vitest'
import { Ledger } from '../../domain/books/ledger.ts'
import type { LedgerStart } from '../../domain/books/ledger-start.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { OpenCalls } from '../call/open-calls.ts'
import type { OpenedCall } from '../ports/calls.ts'
import { askAlone, leavesAlone, resendAlone } from './alone.ts'

const c = (amount: number) => amount as Credits
const call = (n: number) => ({ n, reservation: c(2) }) as OpenedCall
const books = (reported: number) =>
  new Ledger({
    ...{ budget: c(50), reserve: c(12), spent: c(0), open: c(6), unknown: c(0), unknownElsewhere: c(0) },
    ...{ expected: c(15), lastReported: c(reported), watched: 'replies' },
  })

test('one call goes again where not all may, once the vendor has processed what was sent before', () => {
  const calls = new OpenCalls(systemClock)
  calls.add([call(1), call(2), call(3)], true)
  const parts = { ledger: books(14), calls, clock: systemClock, resolvableAt: systemClock.monotonic() + 5_000 }
  expect([resendAlone(parts), leavesAlone(parts)]).toEqual([2, false])
  expect(leavesAlone({ ...parts, resolvableAt: systemClock.monotonic() })).toBe(true)
  expect(resendAlone({ ...parts, ledger: books(13) })).toBeNull()
})

test('none goes beside another that is in flight or due, nor before a new call', async () => {
  const calls = new OpenCalls(systemClock)
  calls.add([call(1)], true)
  const ledger = books(14)
  const sending = calls.follow(async () => ({ cost: c(2), later: null }))
  expect(resendAlone({ ledger, calls })).toBeNull()
  await sending
  expect(resendAlone({ ledger, calls })).toBe(2)
  calls.later(call(2), 60_000)
  expect(resendAlone({ ledger, calls })).toBeNull()
  const fresh = new OpenCalls(systemClock)
  fresh.add([call(1)])
  expect(resendAlone({ ledger, calls: fresh })).toBeNull()
  const suspects = new OpenCalls(systemClock)
  suspects.addSuspects([call(1)])
  expect(resendAlone({ ledger, calls: suspects })).toBe(2)
})

test('a new call goes alone to ask what unknown calls have cost, where there is no reserve that it could break', () => {
  const lost = (start: Partial<LedgerStart> = {}) => {
    const figures = { budget: c(9), reserve: c(0), spent: c(3), open: c(0), unknown: c(0), unknownElsewhere: c(2) }
    const ledger = new Ledger({ ...figures, expected: c(3), lastReported: c(2), watched: 'replies', ...start })
    ledger.opened(c(2))
    return ledger
  }
  const fresh = (...numbers: number[]) => {
    const calls = new OpenCalls(systemClock)
    calls.add(numbers.map(call))
    return calls
  }
  const parts = { ledger: lost(), calls: fresh(1), clock: systemClock, resolvableAt: systemClock.monotonic() + 5_000 }
  expect([askAlone(parts), leavesAlone(parts), resendAlone(parts)]).toEqual([2, true, null])
  const refused: Partial<LedgerStart>[] = [
    { reserve: c(1) },
    { budget: c(4) },
    { lastReported: c(1) },
    { lastReported: null },
    { expected: c(1) },
    // Its owner sends it again: nothing is settled by a balance.
    { staysElsewhere: c(2) },
    { watched: 'endpoint' },
  ]
  for (const start of refused) expect([start, askAlone({ ...parts, ledger: lost(start) })]).toEqual([start, null])
  expect(askAlone({ ...parts, calls: fresh(1, 2) })).toBeNull()
  const again = new OpenCalls(systemClock)
  again.add([call(1)], true)
  expect(askAlone({ ...parts, calls: again })).toBeNull()
  const answered = lost()
  answered.reply(answered.belief.send(c(2)), c(2), c(0))
  expect(askAlone({ ...parts, ledger: answered })).toBeNull()
})
