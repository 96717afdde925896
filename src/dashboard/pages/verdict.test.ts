import { expect, test } from 'vitest'
import { accountWith, NOW, runWith, summaryWith } from '../../../test/support/dashboard/dashboard-under-test.ts'
import type { Decision } from '../../schedule/decide.ts'
import type { AccountView, ForecastView, JobView } from '../ports.ts'
import { verdictOf } from './verdict.ts'

function job(decision: Decision | null): JobView {
  return { job: 'month-end', reserve: 50, reserveHow: '50 credits, as configured', decision, chosen: true }
}

function expiring(credits: number, spendable = 1_000): ForecastView {
  const range = { least: credits, typical: credits, most: credits }
  const unused = { spendable, credits: range, expiring: credits, because: [] }
  const forecast = { vendor: 'acme', madeAt: NOW, resetAt: NOW, balance: 1, plans: [], unused }
  return { kind: 'made', forecast }
}

function verdict(changes: Partial<AccountView>) {
  const { level, reasons } = verdictOf(accountWith(changes))
  return [level, reasons.join(' ')]
}

const BY_ANN = { by: 'ann', at: '2026-11-30T21:59:00Z' }

test('a run that is done in time, and nothing that expires, are on course', () => {
  expect(verdict({ open: runWith(), forecast: expiring(0) })).toEqual([
    'good',
    'Run 20261130-aa is done in about 1 h 30 min, at 2026-11-30T23:30:00Z. Nothing would expire at the reset.',
  ])
})

test('a run that would not be done before it must stop needs a person; one that is spread over the time does not', () => {
  const slow = runWith({ elapsedMs: 20 * 3_600_000 })
  expect(verdict({ open: slow })).toEqual([
    'act',
    expect.stringContaining('is too slow: it would end at 2026-12-02T04:00:00Z'),
  ])
  expect(verdict({ open: { ...slow, spec: { pace: 'steady' } } })).toEqual(['good', expect.stringContaining('is done')])
})

test('nothing is said of a run that has only begun', () => {
  const records = { ...summaryWith().records, refreshed: 10, remaining: 990 }
  expect(verdict({ open: runWith({ records }) })).toEqual(['good', 'Run 20261130-aa is running.'])
})

test('a pause is worth a look; a stop, once it holds, needs a person', () => {
  expect(verdict({ open: runWith({ controlRequest: { what: 'pause', ...BY_ANN } }) })[0]).toBe('look')
  expect(verdict({ open: runWith({ controlRequest: { what: 'stop', ...BY_ANN } }) })[0]).toBe('look')
  const stopped = runWith({ status: 'stopped', controlRequest: { what: 'stop', ...BY_ANN } }, { atWork: null })
  expect(verdict({ open: stopped })).toEqual([
    'act',
    expect.stringContaining('was stopped by ann at 2026-11-30T21:59:00Z'),
  ])
})

test('a run that nobody is at work on goes on by the schedule, or is worth a look', () => {
  const open = runWith({ status: 'stopped', stopReason: 'interrupted' }, { atWork: null })
  const decision: Decision = { kind: 'resume', runId: 'x', since: null, why: '' }
  expect(verdict({ open, jobs: [job(decision)] })[0]).toBe('good')
  expect(verdict({ open, jobs: [job(null)] })[0]).toBe('look')
})

test('the schedule that waits for a person says so first', () => {
  const decision: Decision = { kind: 'wait', because: 'needs-person', until: null, why: 'run x failed' }
  expect(verdict({ jobs: [job(decision)], unknown: 1 })).toEqual([
    'act',
    'month-end: run x failed. Unknown calls hold 1 credit: see Unknown calls.',
  ])
})

test('unknown calls are worth a look, unless a run is at work that settles them', () => {
  expect(verdict({ unknown: 2 })).toEqual(['look', 'Unknown calls hold 2 credits: see Unknown calls.'])
  expect(verdict({ unknown: 2, open: runWith() })[0]).toBe('good')
})

test.each([
  [0, 'good'],
  [50, 'good'],
  [51, 'look'],
  [250, 'look'],
  [251, 'act'],
] as const)('%d of 1,000 credits that would expire: %s', (credits, level) => {
  expect(verdict({ forecast: expiring(credits) })[0]).toBe(level)
})

test('where nothing can be spent, nothing is lost', () => {
  expect(verdict({ forecast: expiring(0, 0) })).toEqual(['good', 'Nothing would expire at the reset.'])
})
