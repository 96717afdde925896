import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTier } from '../../test/support/tier.ts'
import type { Credits } from '../domain/credits/credits.ts'
import { ending } from '../domain/run/run.ts'
import { type Idle, nextStep, type Situation } from './next-step.ts'

const credits = (amount: number) => amount as Credits

const BUSY: Situation = {
  stopping: null,
  failingForMs: 0,
  unhealthyAfterMs: 60_000,
  misfit: null,
  balanceRefused: null,
  deadline: null,
  isPaused: false,
  isRefused: false,
  finished: 0,
  canOpen: false,
  canSelect: false,
  resends: 0,
  doubtsBalance: false,
  inFlight: 3,
  idle: null,
}

/** Nothing is open, and the credits of the budget are spent. */
const SPENT: Idle = {
  isWorkLeft: true,
  selectedAll: false,
  isLimitReached: false,
  allowance: credits(0),
  minCallCost: credits(1),
  awaitsBalance: false,
  mayAskAgain: false,
  balanceFailingForMs: 0,
  provesCostInMs: null,
  othersFirst: false,
  unknown: null,
  settlesBeforeEnd: false,
  keepsOff: false,
  isHeldElsewhere: false,
  budgetLeft: credits(0),
  spendable: credits(100),
}

const DONE = { isWorkLeft: false, selectedAll: true }
const OTHERS = { othersFirst: true, budgetLeft: credits(100) }
const COMPLETED = { how: ending('budget-spent'), awaitsJobs: false, drained: true }
const STOPPED = { how: ending('interrupted'), awaitsJobs: false, drained: true }

const step = (change: Partial<Situation>) => nextStep({ ...BUSY, ...change })
const idle = (change: Partial<Idle>) => step({ inFlight: 0, idle: { ...SPENT, ...change } })
const ends = (reason: Parameters<typeof ending>[0]) => ({ do: 'end', how: { stopReason: reason } })

describe('what a run does next', () => {
  test.each<[string, Partial<Situation>, unknown]>([
    ['waits while calls are in flight', {}, { do: 'wait', atMostMs: null }],
    ['commits what has finished', { finished: 1 }, { do: 'checkpoint' }],
    ['opens calls', { canOpen: true }, { do: 'checkpoint' }],
    ['selects where nothing else is to be done', { canSelect: true }, { do: 'select' }],
    ['commits before it selects', { canSelect: true, finished: 1 }, { do: 'checkpoint' }],
    [
      'asks for the balance again before it gives up calls that wait to be sent again',
      { doubtsBalance: true, inFlight: 0 },
      { do: 'ask-once-more' },
    ],
    ['waits while paused', { isPaused: true, inFlight: 0, idle: SPENT }, { do: 'wait', atMostMs: null }],
    ['does not weigh a refusal with calls in flight', { isRefused: true }, { do: 'wait', atMostMs: null }],
    ['weighs a refusal', { isRefused: true, inFlight: 0, idle: SPENT }, { do: 'weigh-refusal' }],
    [
      'stops where nothing but failures came',
      { failingForMs: 60_000, finished: 1 },
      { do: 'stop', reason: 'vendor-unhealthy' },
    ],
    [
      'stops where the credentials are refused',
      { balanceRefused: 'no' },
      { do: 'stop', reason: 'error', detail: 'no' },
    ],
    ['stops where the config does not fit', { misfit: 'no path' }, { do: 'stop-for-misfit', detail: 'no path' }],
    ['stops before the reset', { deadline: 'soon', canOpen: true }, { do: 'stop', reason: 'deadline', detail: 'soon' }],
    ['stops once', { deadline: 'soon', balanceRefused: 'no', stopping: STOPPED }, { do: 'end', how: STOPPED.how }],
    ['commits before it ends', { stopping: COMPLETED, finished: 1 }, { do: 'checkpoint' }],
    ['waits until it has drained', { stopping: { ...COMPLETED, drained: false } }, { do: 'wait' }],
    ['loses what nobody will send again', { stopping: COMPLETED, resends: 2 }, { do: 'lose-resends' }],
    ['leaves to a resume what it may send again', { stopping: STOPPED, resends: 2 }, { do: 'end', how: STOPPED.how }],
    [
      'gives up jobs of a vendor that is not to be reached',
      { stopping: { ...COMPLETED, awaitsJobs: true, drained: false }, failingForMs: 60_000 },
      { do: 'stop', reason: 'vendor-unhealthy' },
    ],
  ])('%s', (_, change, expected) => {
    expect(step(change)).toMatchObject(expected as object)
  })
})

describe('what a run does when nothing is open', () => {
  test.each<[string, Partial<Idle>, unknown]>([
    ['ends when the budget is spent', {}, ends('budget-spent')],
    [
      'ends when others have spent the credits',
      { budgetLeft: credits(9), spendable: credits(0) },
      ends('credits-exhausted'),
    ],
    ['ends where no balance is known', { budgetLeft: null, spendable: null }, ends('error')],
    ['ends where the last balance keeps it off', { keepsOff: true }, ends('credits-exhausted')],
    [
      'ends where interrupted runs hold the rest, and says so',
      { isHeldElsewhere: true, budgetLeft: credits(100), spendable: credits(0) },
      { how: ending('credits-exhausted', 'interrupted runs hold what is left for their open calls: resume them') },
    ],
    ['ends when all are refreshed', { isWorkLeft: false, selectedAll: true }, ends('all-refreshed')],
    [
      'waits for what its unknown calls have cost where only now a balance can tell',
      { ...DONE, settlesBeforeEnd: true, unknown: { resolvableInMs: 500, isWaitedFor: false } },
      { do: 'wait', atMostMs: 500 },
    ],
    [
      'then settles them',
      { ...DONE, settlesBeforeEnd: true, unknown: { resolvableInMs: 0, isWaitedFor: false } },
      { do: 'reconcile', otherwise: ends('all-refreshed') },
    ],
    [
      'does not wait for them where a balance can tell later, too',
      { ...DONE, unknown: { resolvableInMs: 500, isWaitedFor: false } },
      ends('all-refreshed'),
    ],
    [
      'looks whether its limit was all',
      { isWorkLeft: false, isLimitReached: true },
      { ifThereAre: ending('limit-reached') },
    ],
    [
      'looks whether its budget was enough',
      { isWorkLeft: false },
      { do: 'look-for-records', ifThereAre: ending('budget-spent') },
    ],
    ['waits for records that are not due yet', { allowance: credits(1) }, { do: 'wait', atMostMs: null }],
    ['asks for a balance', { awaitsBalance: true, balanceFailingForMs: 59_999 }, { do: 'ask-for-balance' }],
    ['does not ask for ever', { awaitsBalance: true, balanceFailingForMs: 60_000 }, ends('vendor-unhealthy')],
    ['asks once more before it gives up', { mayAskAgain: true }, { do: 'ask-once-more' }],
    [
      'waits for those of other runs first',
      { ...OTHERS, unknown: { resolvableInMs: 500, isWaitedFor: false } },
      { do: 'wait', atMostMs: 500 },
    ],
    [
      'then settles them',
      { ...OTHERS, unknown: { resolvableInMs: 0, isWaitedFor: false } },
      { do: 'settle-others-first' },
    ],
    ['rests before it proves the cost', { provesCostInMs: 700 }, { do: 'wait', atMostMs: 700 }],
    ['proves the cost', { provesCostInMs: 0 }, { do: 'prove-cost' }],
    ['waits for unknown calls', { unknown: { resolvableInMs: 500, isWaitedFor: true } }, { do: 'wait', atMostMs: 500 }],
    [
      'does not wait for what it cannot use',
      { unknown: { resolvableInMs: 500, isWaitedFor: false } },
      ends('budget-spent'),
    ],
    [
      'settles unknown calls',
      { unknown: { resolvableInMs: 0, isWaitedFor: false } },
      { do: 'reconcile', otherwise: ends('budget-spent') },
    ],
  ])('%s', (_, change, expected) => {
    expect(idle(change)).toMatchObject(expected as object)
  })
})

const flag = fc.boolean()
const amount = fc.integer({ min: -2, max: 5 }).map(credits)
const anyIdle: fc.Arbitrary<Idle> = fc.record({
  isWorkLeft: flag,
  selectedAll: flag,
  isLimitReached: flag,
  allowance: amount,
  minCallCost: fc.constantFrom(1, 2).map(credits),
  awaitsBalance: flag,
  mayAskAgain: flag,
  balanceFailingForMs: fc.constantFrom(0, 60_000),
  provesCostInMs: fc.option(fc.constantFrom(0, 5)),
  othersFirst: flag,
  unknown: fc.option(fc.record({ resolvableInMs: fc.constantFrom(-5, 0, 5), isWaitedFor: flag })),
  settlesBeforeEnd: flag,
  keepsOff: flag,
  isHeldElsewhere: flag,
  budgetLeft: fc.option(amount),
  spendable: fc.option(amount),
})
const anySituation: fc.Arbitrary<Situation> = fc.record({
  stopping: fc.option(
    fc.record({ how: fc.constantFrom(ending('budget-spent'), ending('interrupted')), awaitsJobs: flag, drained: flag }),
  ),
  failingForMs: fc.constantFrom(0, 60_000),
  unhealthyAfterMs: fc.constant(60_000),
  misfit: fc.option(fc.constant('no path')),
  balanceRefused: fc.option(fc.constant('refused')),
  deadline: fc.option(fc.constant('soon')),
  isPaused: flag,
  isRefused: flag,
  finished: fc.nat(2),
  canOpen: flag,
  canSelect: flag,
  resends: fc.nat(2),
  doubtsBalance: flag,
  inFlight: fc.nat(2),
  idle: fc.option(anyIdle),
})

describe('whatever the situation', () => {
  test('a run never ends with an outcome that is not committed, nor before its calls are back or waited for', () => {
    const property = fc.property(anySituation, (now) => {
      if (nextStep(now).do !== 'end') return
      expect(now.finished).toBe(0)
      expect(now.stopping?.drained ?? now.idle !== null).toBe(true)
    })
    fc.assert(property, { numRuns: inTier(500, 5_000) })
  })

  test('a run that is being stopped, or has no time left, selects nothing that it could not open a call for', () => {
    const property = fc.property(anySituation, (now) => {
      if (now.deadline !== null && now.stopping === null) expect(nextStep(now).do).toMatch(/^stop/)
    })
    fc.assert(property, { numRuns: inTier(200, 2_000) })
  })

  test('credits are given up only when no balance can help any more', () => {
    const property = fc.property(anyIdle, (now) => {
      const next = nextStep({ ...BUSY, inFlight: 0, idle: now })
      if (next.do !== 'end' || !['budget-spent', 'credits-exhausted'].includes(next.how.stopReason)) return
      expect(now.allowance).toBeLessThan(now.minCallCost)
      expect(now.awaitsBalance || now.mayAskAgain).toBe(false)
      expect(now.unknown === null || (now.unknown.resolvableInMs > 0 && !now.unknown.isWaitedFor)).toBe(true)
    })
    fc.assert(property, { numRuns: inTier(500, 5_000) })
  })
})
