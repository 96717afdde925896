import { expect, test } from 'vitest'
import { Ledger } from '../../domain/books/ledger.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { OpenCalls } from '../call/open-calls.ts'
import type { OpenedCall } from '../ports/calls.ts'
import { leavesAlone, resendAlone } from './resend-alone.ts'

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
