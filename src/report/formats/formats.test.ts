import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  BEGAN_AT,
  courseUnderTest,
  credits,
  figuresUnderTest,
  runUnderTest,
} from '../../../test/support/report/report-under-test.ts'
import { NO_CHANGES, withChanges } from '../../domain/run/changes.ts'
import { composeReport } from '../report.ts'
import { reportText } from './formats.ts'

const EVIL = `</td><script>alert("1")</script>|\`x\`\n\u202e\u009b31m'"&${'x'.repeat(5_000)}`
const DAY_MS = 86_400_000

const CHANGES = withChanges(NO_CHANGES, [
  { columns: ['job_title'], ageMs: 400 * DAY_MS },
  { columns: ['job_title', EVIL], ageMs: null },
  { columns: [], ageMs: 100 * DAY_MS },
])

/** A run in which all that comes from outside is hostile. */
const hostile = composeReport(
  figuresUnderTest({
    run: runUnderTest({
      job: EVIL,
      vendor: EVIL,
      source: EVIL,
      detail: EVIL,
      changes: CHANGES,
      stopReason: 'deadline',
    }),
    reasons: [{ state: 'failed', reason: EVIL, records: 5, examples: [EVIL, '7'], reasons: 1 }],
    snapshots: courseUnderTest(30, () => ({ pace: { concurrency: 3, perSecond: 2, reason: EVIL } })),
    unsettled: {
      calls: 60,
      holds: credits(60),
      first: [{ n: 1, state: 'unknown', sentAt: 0, holds: credits(1), reason: EVIL, records: 1, examples: [EVIL] }],
    },
    decisions: [{ n: 2, verdict: 'free', held: credits(1), cost: credits(0), by: EVIL, at: 0 }],
    changed: [{ key: EVIL, column: EVIL, before: EVIL, after: null }],
  }),
)
const ordinary = composeReport(figuresUnderTest({ run: runUnderTest({ changes: CHANGES }) }))

describe('as HTML', () => {
  test.each([
    ['an ordinary run', ordinary],
    ['a hostile one', hostile],
    ['one of which nothing is kept', composeReport(figuresUnderTest({ pruned: true, snapshots: [], reasons: [] }))],
  ])('%s is well formed', (_, report) => {
    expect(unclosed(reportText(report, 'html'))).toEqual([])
  })

  test('nothing hostile is markup, and nothing of it hides', () => {
    const page = reportText(hostile, 'html')
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('\u202e')
    expect(page.length).toBeLessThan(300_000)
  })

  test('it needs nothing but itself, and tells the browser to hold it to that', () => {
    const page = reportText(ordinary, 'html')
    expect(page).not.toMatch(/https?:|src=|href=|@import|url\(|<script|\son\w+=|\sstyle=/)
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    const policy = page.replaceAll('&#39;', "'")
    expect(policy).toContain(`content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'`)
  })

  test('it begins with a sentence that can be sent on, and every chart and table says what it is', () => {
    const page = reportText(ordinary, 'html')
    expect(page).toContain(
      '90 % of 100 credits became 80 refreshed records; 2 of them had changed; a corrected record cost 45 credits; 15 not found, 5 failed; 10 credits not spent: no eligible record is left.',
    )
    const charts = page.match(/<svg[^>]*role="img"[^>]*>/g) ?? []
    expect(charts).toHaveLength(1 + 4 * 2)
    expect(charts.every((chart) => /aria-label="[^"]{10,}"/.test(chart))).toBe(true)
    expect(page.match(/<table>/g)?.length).toBe(page.match(/<table><caption>[^<]+<\/caption>/g)?.length)
    expect(page).toContain('<html lang="en">')
    expect(page).toMatch(/prefers-color-scheme:dark/)
    expect(page).toMatch(/@media print/)
  })
})

describe('as Markdown', () => {
  test('each row is one line of as many cells as its table has', () => {
    for (const report of [ordinary, hostile]) {
      const blocks = reportText(report, 'md').split('\n\n')
      for (const block of blocks.filter((each) => each.startsWith('| '))) {
        const cells = block
          .trim()
          .split('\n')
          .map((row) => row.split(/(?<!\\)\|/).length)
        expect(new Set(cells).size).toBe(1)
      }
    }
    expect(reportText(hostile, 'md')).not.toContain('<script')
  })
})

describe('as JSON', () => {
  test('what moves a cursor or turns text around stands there as an escape, and is the same value', () => {
    const text = reportText(hostile, 'json')
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u)
    expect(JSON.parse(text).run.job).toBe(EVIL)
  })

  test('it is the document of `status` with what belongs to it', () => {
    const document = JSON.parse(reportText(ordinary, 'json'))
    expect(document).toMatchObject({
      version: 1,
      run: { runId: '20261130-9f3c1a2b7d', credits: { budget: 100, spent: 90 } },
      cycle: { timeZone: 'Europe/Berlin', stopAt: '2026-11-30T22:55:00.000Z', resetAt: '2026-11-30T23:00:00.000Z' },
      accounts: {
        budget: { credits: 100, microCredits: 100_000_000 },
        parts: [
          { of: 'spent', what: 'refreshed', credits: 80, records: 80 },
          { of: 'spent', what: 'failed', credits: 10, records: 5 },
          { of: 'unused', what: 'all-refreshed', credits: 10 },
        ],
      },
      reasons: [
        { outcome: 'notFound', records: 15, reasons: [{ reason: null, records: 15, examples: ['11'] }], others: 0 },
        { outcome: 'failed', records: 5, reasons: [{ reason: 'status 422', examples: ['7', '9'] }], others: 0 },
      ],
      latencyMs: { p50: expect.closeTo(101.7, 0) },
      examples: null,
    })
    expect(document.course.points).toHaveLength(60)
    expect(document.course.ideal).toEqual({
      fromAt: new Date(BEGAN_AT).toISOString(),
      toAt: new Date(BEGAN_AT + 59_000).toISOString(),
      budget: 100,
    })
  })

  test('the ideal line of a steady run ends at its deadline', () => {
    const { course, cycle } = composeReport(figuresUnderTest({ steady: true }))
    expect(course.ideal?.toAt).toBe(cycle.stopAt)
  })

  test('reasons that are not listed are counted', () => {
    const [failed] = composeReport(
      figuresUnderTest({
        run: runUnderTest({ items: { refreshed: 0, notFound: 0, failed: 90, unknown: 0, superseded: 0 } }),
        reasons: [{ state: 'failed', reason: 'a', records: 50, examples: [], reasons: 30 }],
      }),
    ).reasons
    expect(failed).toMatchObject({ records: 90, others: 40, distinct: 30 })
  })
})

/** Tags that are left open, or closed without having been opened. */
function unclosed(page: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  const body = page.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '')
  for (const [, close, name = '', attributes = ''] of body.matchAll(/<(\/?)([a-z0-9]+)((?:"[^"]*"|[^">])*)>/g)) {
    if (name === 'meta' || attributes.endsWith('/')) continue
    if (close === '') open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  // What is left of `<` is text that should have been escaped.
  const text = body.replace(/<\/?[a-z0-9]+(?:"[^"]*"|[^">])*>/g, '')
  return [...wrong, ...open, ...(text.match(/[<>]/g) ?? [])]
}
