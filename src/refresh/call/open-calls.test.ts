import { describe, expect, test } from 'vitest'
import type { Credits } from '../../domain/credits/credits.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { OpenedCall } from '../ports/calls.ts'
import { Dispatcher } from './dispatcher.ts'
import { OpenCalls, type Sent } from './open-calls.ts'

const call = (n: number) => ({ n, reservation: 1 as Credits }) as OpenedCall

const submitted = (n: number) => ({ ...call(n), vendorJob: { id: `job-${n}`, since: 0, charge: null } })

type Together = ConstructorParameters<typeof Dispatcher>[0]['together']

function opened(mayRun = () => true, mayPoll = mayRun, together: Together = () => [], gridMs: number | null = null) {
  const sent: [number, boolean][] = []
  const replies: ((later?: Sent['later']) => void)[] = []
  let now = 0
  const clock = { ...systemClock, monotonic: () => now }
  const send = ({ n }: OpenedCall, again: boolean) =>
    new Promise<Sent>((resolve) => {
      sent.push([n, again])
      replies.push((later = null) => resolve({ cost: 1 as Credits, later }))
    })
  const calls = new OpenCalls(clock, gridMs)
  const poll = (polled: readonly OpenedCall[]) => Promise.all(polled.map((call) => send(call, true)))
  const dispatcher = new Dispatcher({ calls, send, poll, together, mayRun, mayPoll })
  return { calls, dispatcher, sent, replies, at: (ms: number) => (now = ms) }
}

describe('open calls', () => {
  test('go out in the order of opening, and count until their reply is in', async () => {
    const { calls, dispatcher, sent, replies } = opened()
    calls.add([call(1), call(2), call(3)])
    const first = dispatcher.next()
    dispatcher.next()
    expect(sent).toEqual([
      [1, false],
      [2, false],
    ])
    expect([dispatcher.waiting, calls.inFlight, calls.total, calls.sentEver]).toEqual([1, 2, 3, 2])
    replies[0]!()
    expect(await first).toBe(1)
    expect([calls.inFlight, calls.total]).toEqual([1, 2])
  })

  test('stay where they are while nothing may be sent', () => {
    let may = false
    const { calls, dispatcher } = opened(() => may)
    calls.add([call(1)])
    expect([dispatcher.waiting, calls.unsent, dispatcher.next()]).toEqual([0, 1, null])
    may = true
    expect([dispatcher.waiting, dispatcher.next() === null, dispatcher.next()]).toEqual([1, false, null])
  })

  test('go out again when they are due, and not before', () => {
    const { calls, dispatcher, sent, at } = opened()
    calls.later(call(1), 100)
    calls.later(call(2), 50)
    calls.wakeDue()
    expect([calls.nextDueAt, calls.due, dispatcher.waiting, calls.total]).toEqual([50, 2, 0, 2])
    at(50)
    calls.wakeDue()
    expect([calls.nextDueAt, dispatcher.waiting]).toEqual([100, 1])
    at(100)
    calls.wakeDue()
    expect(calls.nextDueAt).toBeNull()
    dispatcher.next()
    dispatcher.next()
    expect(sent).toEqual([
      [2, true],
      [1, true],
    ])
  })

  test('are taken back newest first, but for those that may have been charged', () => {
    const { calls } = opened()
    calls.add([call(9)], true)
    calls.add([call(1), call(2), call(3)])
    expect(calls.withdraw(2).map(({ n }) => n)).toEqual([3, 2])
    expect(calls.withdraw(5).map(({ n }) => n)).toEqual([1])
    expect([calls.withdraw(1), calls.unsent]).toEqual([[], 1])
    calls.later(call(8), 1_000)
    expect(calls.withdrawResends().map(({ n }) => n)).toEqual([9, 8])
    expect(calls.total).toBe(0)
  })

  test('calls that a process died with go out two at a time, as their outcomes are committed', () => {
    const { calls, dispatcher } = opened()
    calls.addSuspects([1, 2, 3, 4, 5].map(call))
    const taken = () => dispatcher.suspects().map(({ n }) => n)
    expect([calls.total, taken(), taken()]).toEqual([5, [1, 2], []])
    calls.committed({ n: 99 })
    expect(taken()).toEqual([])
    calls.committed({ n: 2 })
    expect(taken()).toEqual([3])
    calls.committed({ n: 1 })
    calls.committed({ n: 3 })
    expect(taken()).toEqual([4, 5])
  })

  test('calls that a process died with are withdrawn with those that wait to be sent again', () => {
    const { calls, dispatcher } = opened()
    calls.addSuspects([1, 2, 3, 4].map(call))
    dispatcher.suspects()
    expect(calls.withdrawResends().map(({ n }) => n)).toEqual([3, 4])
  })

  test('polls and calls take turns, and a poll asks for no credits', () => {
    const { calls, dispatcher, sent } = opened()
    calls.add([submitted(1), submitted(2)], true)
    calls.add([call(3), call(4)])
    const reservations = Array.from({ length: 4 }, () => {
      const { reservation } = dispatcher
      dispatcher.next()
      return reservation
    })
    expect(sent.map(([n]) => n)).toEqual([1, 3, 2, 4])
    expect(reservations).toEqual([0, 1, 0, 1])
  })

  test('while nothing may be sent, polls may, and the other way round', () => {
    let [run, poll] = [false, true]
    const { calls, dispatcher, sent } = opened(
      () => run,
      () => poll,
    )
    calls.add([submitted(1), submitted(2), call(3)])
    expect([dispatcher.waiting, dispatcher.reservation]).toEqual([2, 0])
    dispatcher.next()
    poll = false
    expect([dispatcher.waiting, dispatcher.next()]).toEqual([0, null])
    run = true
    expect([dispatcher.waiting, dispatcher.reservation]).toEqual([1, 1])
    dispatcher.next()
    expect(sent.map(([n]) => n)).toEqual([1, 3])
    expect(calls.jobs).toBe(2)
  })

  test('jobs stay when calls to be sent again are withdrawn, and count while they are polled', async () => {
    const { calls, dispatcher, replies } = opened()
    calls.add([submitted(1), call(2)], true)
    calls.later(submitted(3), 1_000)
    calls.later(call(4), 1_000)
    expect([calls.jobs, calls.total]).toEqual([2, 4])
    expect(calls.withdrawResends().map(({ n }) => n)).toEqual([2, 4])
    const poll = dispatcher.next()
    expect([calls.jobs, calls.total]).toEqual([2, 2])
    replies[0]!()
    await poll
    expect([calls.jobs, calls.total]).toEqual([1, 1])
  })

  test('a call that comes back to go out again waits its time', async () => {
    const { calls, dispatcher, replies, sent, at } = opened()
    calls.add([call(1)])
    const request = dispatcher.next()
    replies[0]!({ call: call(1), ms: 100 })
    expect(await request).toBe(1)
    expect([calls.inFlight, calls.due, calls.resends, calls.total]).toEqual([0, 1, 1, 1])
    at(100)
    calls.wakeDue()
    dispatcher.next()
    expect(sent).toEqual([
      [1, false],
      [1, true],
    ])
  })

  test('what is due at once waits at once', () => {
    const { calls, dispatcher, at } = opened()
    at(500)
    calls.later(submitted(1), 0)
    calls.later(submitted(2), 1)
    expect([dispatcher.waiting, calls.nextDueAt]).toEqual([1, 501])
  })

  test('jobs that are polled together leave with the first, and all of them count until their reply is in', async () => {
    const together: Together = (first, waiting) => waiting.filter(({ n }) => n % 2 === first.n % 2)
    const { calls, dispatcher, sent, replies } = opened(undefined, undefined, together)
    calls.add([1, 2, 3, 4, 5].map(submitted), true)
    const poll = dispatcher.next()
    expect(sent.map(([n]) => n)).toEqual([1, 3, 5])
    expect([dispatcher.waiting, calls.inFlight, calls.jobs, calls.total, calls.sentEver]).toEqual([2, 3, 5, 5, 1])
    replies[0]!({ call: submitted(1), ms: 100 })
    replies[1]!()
    replies[2]!()
    expect(await poll).toBe(3)
    expect([calls.inFlight, calls.due, calls.jobs, calls.total]).toEqual([0, 1, 3, 3])
  })

  test('jobs that may be polled together come due together, calls at their own time', () => {
    const { calls, at } = opened(undefined, undefined, undefined, 1_000)
    at(250)
    calls.later(submitted(1), 1_000)
    calls.later(submitted(2), 1_300)
    calls.later(call(3), 1_100)
    expect(calls.nextDueAt).toBe(1_350)
    at(1_350)
    calls.wakeDue()
    expect(calls.nextDueAt).toBe(2_000)
    at(2_000)
    calls.wakeDue()
    expect([calls.unpolled, calls.due]).toEqual([2, 0])
  })

  test('wake who waits for more', async () => {
    const { calls, dispatcher } = opened()
    const more = dispatcher.more(60_000)
    calls.add([call(1)])
    await more
    await dispatcher.more(60_000)
  })
})
