import { expect, test } from 'vitest'
import { isReportName, reportName } from './formats/formats.ts'

const named = (job: string, startedAt = '2026-11-30T23:30:00.000Z', timeZone = 'Europe/Berlin') =>
  reportName({
    run: { job, startedAt, runId: '20261130-9f3c1a2b7d' } as never,
    cycle: { timeZone, stopAt: '', resetAt: '' },
  })

test('a report is named by the day on which the run began, in the zone of its cycle', () => {
  expect(named('month-end')).toBe('2026-12-01-month-end-20261130-9f3c1a2b7d.html')
  expect(named('month-end', '2026-11-30T23:30:00Z', 'UTC')).toBe('2026-11-30-month-end-20261130-9f3c1a2b7d.html')
})

test.each(['../../etc/passwd', 'a/b\\c', 'Mönats Ende', '\u0000', 'x'.repeat(500), '.', ''])(
  'a job named %j leads to no other folder, and its report is known for one',
  (job) => {
    expect(named(job)).toMatch(/^2026-12-01-[\w.-]{0,60}-20261130-9f3c1a2b7d\.html$/)
    expect(isReportName(named(job))).toBe(true)
  },
)

test.each(['index.html', '2026-12-01-notes.html', '2026-12-01-month-end-20261130-9f3c1a2b7d.html.bak', '.tmp'])(
  '%s is not ours to remove',
  (name) => {
    expect(isReportName(name)).toBe(false)
  },
)
