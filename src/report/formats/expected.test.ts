import { expect, test } from 'vitest'
import { figuresUnderTest, runUnderTest } from '../../../test/support/report/report-under-test.ts'
import { type Changes, NO_CHANGES } from '../../domain/run/changes.ts'
import type { Run } from '../../domain/run/run.ts'
import { composeReport } from '../report.ts'
import { reportText } from './formats.ts'

const EXPECTED = { records: 100, found: 70.4, changed: 35.2 }
/** 80 found and 15 not; 64 could be compared, 24 had changed, 16 of them in a column that counts. */
const CHANGES: Changes = { ...NO_CHANGES, compared: 64, changed: 24, counted: 16 }

const reportOf = (changes: Partial<Run>) => composeReport(figuresUnderTest({ run: runUnderTest(changes) }))
const gained = reportOf({ expected: EXPECTED, changes: CHANGES })
const CAPTION = 'What the order by gain expected, and what came'

test('in Markdown: what was expected of the selected records beside what came of those that were tried', () => {
  const lines = reportText(gained, 'md').split('\n')
  const from = lines.findIndex((line) => line.includes(CAPTION))
  const cells = lines
    .slice(from, from + 8)
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  expect(cells.map(([, ...row]) => row.slice(0, -1))).toEqual([
    ['Records', 'Expected', 'Share', 'Came', 'Share'],
    expect.anything(),
    ['found', '70', '70 %', '80', '84 %'],
    ['had changed, of those found', '35', '50 %', '16', '25 %'],
  ])
  expect(lines.join('\n')).toContain('Expected of the 100 records that were selected; 95 were tried.')
})

test('in HTML: the same cells', () => {
  const page = reportText(gained, 'html')
  const table = page.slice(page.indexOf(CAPTION))
  const rows = [...table.slice(0, table.indexOf('</table>')).matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)]
  const cells = rows.map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell?.replace(/<.*?>/g, '')),
  )
  expect(cells).toEqual([
    ['Records', 'Expected', 'Share', 'Came', 'Share'],
    ['found', '70', '70 %', '80', '84 %'],
    ['had changed, of those found', '35', '50 %', '16', '25 %'],
  ])
})

test('in JSON: unrounded, with what came and how many were tried and compared', () => {
  const { expected } = JSON.parse(reportText(gained, 'json'))
  expect(expected).toEqual({ ...EXPECTED, came: { records: 95, found: 80, compared: 64, changed: 16 } })
})

test('where every column counts, all changes came', () => {
  const { counted, ...changes } = CHANGES
  expect(reportOf({ expected: EXPECTED, changes }).expected?.came.changed).toBe(24)
})

test.each<[string, Partial<Run>]>([
  ['another order', { expected: null, changes: CHANGES }],
  ['nothing selected', { expected: { records: 0, found: 0, changed: 0 }, changes: CHANGES }],
  ['nothing tried', { expected: EXPECTED, items: { refreshed: 0, notFound: 0, failed: 0, unknown: 0, superseded: 0 } }],
])('no table: %s', (_, changes) => {
  for (const format of ['md', 'html'] as const) {
    expect(reportText(reportOf(changes), format)).not.toContain(CAPTION)
  }
})
