import { expect, test } from 'vitest'
import type { UnknownCall, UnknownCalls } from '../../domain/call/unknown-call.ts'
import { describeUnknown } from './unknown.ts'

const RESET = '2026-12-01T00:00:00.000Z'
const call: UnknownCall = {
  id: 'r/7',
  runId: 'r',
  job: 'month-end',
  runStatus: 'completed',
  state: 'unknown',
  sentAt: '2026-11-30T02:14:07.000Z',
  records: ['8'],
  holds: 1,
  status: 502,
  reason: 'bad gateway',
  vendorJob: null,
  idempotencyKey: 'r-7',
  settles: { by: 'run', from: '2026-11-30T03:00:00.000Z', resetAt: RESET },
  decidable: true,
}

function shown(calls: readonly UnknownCall[], more: Partial<UnknownCalls> = {}): string {
  return describeUnknown({ vendor: 'acme', busy: null, holds: calls.length, calls, decisions: [], ...more }).join('\n')
}

test('a call is shown with its records, why, by what the vendor knows it, and who settles it', () => {
  const text = shown([call])
  expect(text).toContain('1 unknown call on the account "acme": 1 credit held')
  expect(text).toContain('r/7 · month-end (completed) · holds 1 · sent 2026-11-30T02:14:07.000Z')
  expect(text).toContain('records  8')
  expect(text).toContain('HTTP 502: bad gateway')
  expect(text).toContain('at the vendor  r-7')
  expect(text).toContain('a run settles it from the balance when it needs the credit, from 2026-11-30T03:00:00.000Z on')
  expect(text).toContain('spenddown unknown --settle r/7=charged')
})

test('what a resume goes on with is not offered to be settled by hand', () => {
  const settles = { by: 'resume', from: null, resetAt: RESET } as const
  const text = shown([{ ...call, state: 'submitted', vendorJob: 'j1', decidable: false, settles }])
  expect(text).toContain('`spenddown resume r` asks after it')
  expect(text).toContain('job j1')
  expect(text).not.toContain('--settle')
})

test('where no balance can tell, the reset is named; who is at work, and what was decided, too', () => {
  const settles = { by: 'reset', from: RESET, resetAt: RESET } as const
  const decision = { id: 'r/3', as: 'free', held: 1, cost: 0, by: 'ann', at: RESET } as const
  const text = shown([{ ...call, settles }], { busy: 'process 9 on h', decisions: [decision] })
  expect(text).toContain(`no balance can tell: from the reset on (${RESET})`)
  expect(text).toContain('process 9 on h is spending')
  expect(text).toContain(`r/3 · free: 0 credits · by ann · ${RESET}`)
})

test('many calls and records are cut, and none is said to be none', () => {
  const records = Array.from({ length: 100 }, (_, at) => `k${at}`)
  const text = shown(Array.from({ length: 60 }, () => ({ ...call, records })))
  expect(text).toContain('k9 and 90 more')
  expect(text).toContain('and 10 more: --json has all')
  expect(shown([])).toBe('no unknown calls on the account "acme"')
})
