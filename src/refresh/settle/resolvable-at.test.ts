import { describe, expect, test } from 'vitest'
import type { Run } from '../../domain/run/run.ts'
import type { UnsettledCall } from '../ports/unsettled.ts'
import type { VendorRules } from '../ports/vendor.ts'
import { isDecidable, whenSettles } from './resolvable-at.ts'

const at = (time: string) => Date.parse(`2026-11-${time}:00Z`)
const RESET = Date.parse('2026-12-01T00:00:00Z')
const ENDED = at('20T03:00')
const SENT = at('20T02:00')
const FOUND_DEAD = at('20T04:00')

const rules = {
  balance: {},
  remaining: null,
  timeoutMs: 30_000,
  maxReplyBytes: { single: 1_000, bulk: 1_000 },
  idempotent: false,
  async: null,
} as unknown as VendorRules
const parts = { rules, cycle: { anchorDay: 1, timeZone: 'UTC' }, now: at('21T00:00'), busy: false }
const KEYS = { ...rules, idempotent: true }
const BLIND = { ...rules, balance: null }

function call(status: Run['status'], state: UnsettledCall['state'] = 'unknown'): UnsettledCall {
  const endedAt = status === 'running' ? null : ENDED
  const run = { status, endedAt, abandonedAt: null, spec: '{}', createdAt: at('20T01:00') } as unknown as Run
  return { run, n: 1, state, sentAt: SENT } as UnsettledCall
}

function callOfTheDead(): UnsettledCall {
  const of = call('running')
  return { ...of, run: { ...of.run, abandonedAt: FOUND_DEAD } }
}

const byRun = (from: number) => ({ by: 'run', from: from + 30_000, resetAt: RESET })
const byResume = { by: 'resume', from: null, resetAt: RESET }
const byReset = { by: 'reset', from: RESET, resetAt: RESET }

describe('an unknown call is settled by itself', () => {
  test.each([
    ['of a run that has ended: by the next, once dealt with', call('completed'), {}, byRun(ENDED)],
    ['the same with keys: nobody resumes it', call('failed'), { rules: KEYS }, byRun(ENDED)],
    ['of a run that can be resumed: by any run, without a key', call('stopped'), {}, byRun(ENDED)],
    ['the same with keys: by its own', call('stopped'), { rules: KEYS }, byResume],
    ['of a run whose process died, with keys: by its own', call('running'), { rules: KEYS }, byResume],
    ['of a run whose process died: no sooner than that was found', callOfTheDead(), {}, byRun(FOUND_DEAD)],
    ['of the run under way: by that', call('running'), { rules: KEYS, busy: true }, byRun(SENT)],
    [
      'an hour later, where the vendor works on it',
      call('failed'),
      { rules: { ...rules, async: { withinMs: 3_600_000 } } },
      { ...byRun(ENDED + 3_600_000) },
    ],
    [
      'where balances come in replies: by the next as well',
      call('completed'),
      { rules: { ...BLIND, remaining: () => 1 } },
      byRun(ENDED),
    ],
    ['where no balance can tell: at the reset', call('completed'), { rules: BLIND }, byReset],
    ['of a cycle that is over: whatever the balance says', call('completed'), { now: RESET + 1 }, byReset],
    ['open, of a run that can be resumed: by its own', call('stopped', 'open'), {}, byResume],
    ['with the vendor still, of a run that has ended: as any', call('failed', 'submitted'), {}, byRun(ENDED)],
  ] as const)('%s', (_, unsettled, changes, expected) => {
    expect(whenSettles(unsettled, { ...parts, ...changes } as typeof parts)).toEqual(expected)
  })
})

test('a person decides what is unknown, and not what a resume sends again', () => {
  expect(isDecidable(call('stopped'))).toBe(true)
  expect(isDecidable(call('stopped', 'open'))).toBe(false)
  expect(isDecidable(call('running', 'submitted'))).toBe(false)
  expect(isDecidable(call('failed', 'open'))).toBe(true)
})
