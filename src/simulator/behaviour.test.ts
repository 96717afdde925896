import { describe, expect, test } from 'vitest'
import { BehaviourError, changed, checkedChanges, defaultBehaviour } from './behaviour.ts'

function problemsOf(changes: unknown): readonly string[] {
  try {
    checkedChanges(changes)
    return []
  } catch (error) {
    return (error as BehaviourError).problems
  }
}

describe('changes', () => {
  test('what is not named, or undefined, stays', () => {
    const after = changed(defaultBehaviour, { perSecond: 5, latencyMs: undefined })
    expect(after).toEqual({ ...defaultBehaviour, perSecond: 5 })
  })

  test('faults merge one by one, and null removes one or all', () => {
    const one = changed(defaultBehaviour, { faults: { html: { next: 1 } } })
    const two = changed(one, { faults: { hang: { keys: ['a'] } } })
    expect(two.faults).toEqual({ html: { next: 1 }, hang: { keys: ['a'] } })
    expect(changed(two, { faults: { html: null } }).faults).toEqual({ hang: { keys: ['a'] } })
    expect(changed(two, { faults: null }).faults).toEqual({})
  })

  test('a fault named again is a new one, even by the same object', () => {
    const html = { next: 1 }
    const before = changed(defaultBehaviour, { faults: { html } })
    expect(changed(before, { faults: { html } }).faults.html).not.toBe(before.faults.html)
  })

  test('parts of the headers and of the out-of-credits reply can be changed alone', () => {
    const after = changed(defaultBehaviour, { creditHeaders: { charged: false }, outOfCredits: { status: 403 } })
    expect(after.creditHeaders).toEqual({ charged: false, remaining: true })
    expect(after.outOfCredits).toEqual({ status: 403, body: defaultBehaviour.outOfCredits.body })
  })

  test('an instant may be a text', () => {
    expect(changed(defaultBehaviour, { resetAt: '2026-01-01T00:00:00Z' }).resetAt).toBe(Date.UTC(2026, 0, 1))
    expect(changed(defaultBehaviour, { resetAt: null }).resetAt).toBeNull()
  })
})

describe('checking', () => {
  test('every kind of right change passes', () => {
    const { misses, ...rest } = defaultBehaviour
    expect(problemsOf(rest)).toEqual([])
    const right = [
      { misses: () => true, latencyMs: { min: 1, max: 2 }, outside: { credits: 1, everyMs: 5 } },
      {
        latencyMs: { median: 50, p99: 200 },
        outside: { credits: 0.5, everyCalls: 3 },
        cost: { per: 'call', credits: 0 },
      },
      { faults: { error503: { rate: 0.5, keys: ['a'], next: 2, retryAfterMs: 1_000 }, hang: null } },
      { faults: { lyingBalance: { as: 'stale', staleBy: 3, on: 'both', next: 1 }, lyingCharge: { as: 'text' } } },
      { faults: null, resetAt: 5, perSecond: null },
    ]
    for (const changes of right) expect(problemsOf(changes)).toEqual([])
  })

  test('all problems are told at once, each with its path, and what is allowed', () => {
    const problems = problemsOf({
      perSecond: 0,
      cost: { per: 'month', credits: -1 },
      faults: { malformed: { rate: 2 }, explode: {} },
      latencyms: 5,
    })
    expect(problems).toEqual([
      'cost.per: Invalid option: expected one of "call"|"record"|"match"',
      'cost.credits: expected credits: 0 or more, at most 6 decimals',
      'perSecond: Too small: expected number to be >=1',
      'faults.malformed.rate: Too big: expected number to be <=1',
      'faults: Unrecognized key: "explode"',
      'the body: Unrecognized key: "latencyms"',
    ])
  })

  test.each([
    ['not an object', [1], 'expected object'],
    ['nothing', undefined, 'expected object'],
    ['a latency of no shape', { latencyMs: { mean: 5 } }, 'latencyMs: expected ms, { min, max }'],
    ['half a latency', { latencyMs: { min: 5 } }, 'latencyMs: expected ms, { min, max }'],
    ['a lie without its kind', { faults: { lyingBalance: {} } }, 'faults.lyingBalance.as: Invalid option'],
    ['a date that is none', { resetAt: 'soon' }, 'resetAt: expected an instant: ISO 8601'],
    ['names that are no list', { keyNames: 'email' }, 'keyNames: Invalid input: expected array'],
    ['too fine a cost', { cost: { per: 'call', credits: 0.0000001 } }, 'cost.credits: expected credits'],
    ['what every object has', { toString: 1 }, 'Unrecognized key: "toString"'],
  ])('%s is refused', (_, changes, problem) => {
    expect(problemsOf(changes)[0]).toContain(problem)
  })

  test('the error says all of it in its message', () => {
    expect(() => checkedChanges({ slots: 0 })).toThrow(/slots: Too small/)
    expect(() => checkedChanges({ slots: 0 })).toThrow(BehaviourError)
  })
})
