import { expect, test } from 'vitest'
import type { Run } from '../../domain/run/run.ts'
import { ReplayReport } from './replay-report.ts'

const RUN = { id: 'r1', job: 'all', vendor: 'acme' } as Run
const HOW = { dryRun: false, status: 'completed', elapsedMs: 5 } as const
const hide = (text: string) => text.replaceAll('sk-live', '(hidden)')
const change = (to: string) => ({
  kind: 'change' as const,
  changes: [{ column: 'title', from: null, to }],
  selectedAt: null,
})

test('every record is counted once, and all of them are covered', () => {
  const report = new ReplayReport(hide)
  report.record('1', change('a'))
  report.record('2', { kind: 'unchanged' })
  report.record('3', { kind: 'superseded' })
  report.record('4', { kind: 'gone' })
  report.record('5', { kind: 'not-found', key: '5' })
  report.record('6', { kind: 'unreadable', key: '6', reason: 'why', shown: '"x"' })
  report.record('7', { kind: 'rejected', problem: 'CHECK' })
  report.mended(2)
  report.reply(3_000)
  report.reply(1_000)
  const { records, columns, replies, reasons } = report.summary(RUN, HOW)
  expect(records).toEqual({
    covered: 7,
    changed: 1,
    unchanged: 1,
    superseded: 1,
    gone: 1,
    notFound: 1,
    unreadable: 1,
    rejected: 1,
    mended: 2,
  })
  expect(columns).toEqual({ title: 1 })
  expect(replies).toEqual({ read: 2, from: '1970-01-01T00:00:01.000Z', to: '1970-01-01T00:00:03.000Z' })
  expect(reasons).toEqual([
    { reason: 'why', records: 1, first: [{ key: '6', shown: '"x"' }] },
    { reason: 'CHECK', records: 1, first: [{ key: '7', shown: null }] },
  ])
})

test('it keeps the first examples and a bounded number of reasons, however many there are', () => {
  const report = new ReplayReport(hide)
  for (let at = 0; at < 1_000; at++) {
    report.record(`${at}`, change('x'.repeat(500)))
    report.record(`${at}`, { kind: 'unreadable', key: `${at}`, reason: `reason ${at % 300}`, shown: null })
  }
  const { first, reasons, records } = report.summary(RUN, HOW)
  expect(first).toHaveLength(10)
  expect(first[0]?.changes[0]?.to).toHaveLength(101)
  expect(reasons).toHaveLength(21)
  expect(reasons[0]?.reason).toBe('other reasons')
  expect(reasons.reduce((sum, reason) => sum + reason.records, 0)).toBe(records.unreadable)
  for (const reason of reasons) expect(reason.first.length).toBeLessThanOrEqual(3)
})

test('no secret is shown', () => {
  const report = new ReplayReport(hide)
  report.record('1', change('key sk-live'))
  report.record('2', { kind: 'rejected', problem: 'found sk-live' })
  expect(JSON.stringify(report.summary(RUN, HOW))).not.toContain('sk-live')
})
