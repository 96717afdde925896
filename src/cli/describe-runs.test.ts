import { expect, test } from 'vitest'
import { summaryWith } from '../../test/support/dashboard/dashboard-under-test.ts'
import { describeRuns } from './describe-runs.ts'

test('runs are a table: when, what, for how much and how long, in the zone of the cycle', () => {
  const done = summaryWith({
    status: 'completed',
    stopReason: 'limit-reached',
    runId: 'a',
    startedAt: '2026-11-28T17:27:00Z',
  })
  const other = summaryWith({ job: 'new-people', runId: '20261128-b', elapsedMs: 61_000 })
  expect(describeRuns([other, done], 'America/New_York')).toEqual([
    'began               job         credits  records       took  run         how it ended',
    '30 Nov 2026, 16:00  new-people      400      400  1 min 1 s  20261128-b  running',
    '28 Nov 2026, 12:27  month-end       400      400        1 h  a           completed: its limit of records is reached',
  ])
  expect(describeRuns([], 'UTC')).toEqual(['no runs yet'])
  expect(describeRuns([done, { ...other, vendor: 'other' }], 'UTC')[2]).toContain('new-people (other)')
})
