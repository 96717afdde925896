import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import {
  after,
  BEGAN,
  goingFor,
  MINUTE,
  progress,
  started,
  type Told,
} from '../../../../test/support/observability/view-under-test.ts'
import { timesIn } from '../times.ts'
import { runFrame } from './run-frame.ts'
import { judgementOf } from './run-outlook.ts'
import { heard, type RunView } from './run-view.ts'

const ESC = '\u001b'
const COLOUR = new RegExp(`${ESC}\\[\\d+m`, 'g')
const WIDTHS = [40, 60, 80, 200]
const times = timesIn('UTC')
const AROUND = {
  zone: 'UTC',
  rollover: 0,
  steady: false,
  resumes: false,
  isWhole: true,
  isKept: false,
  heldElsewhere: 0,
  forecast: { kind: 'counting' },
} as const

function frame(view: RunView, atMs = MINUTE, columns = 80, rows = 40, color = false): string[] {
  const judgement = judgementOf(view, AROUND, BEGAN + atMs)
  return runFrame(view, BEGAN + atMs, { size: { columns, rows }, color, times, zone: 'UTC', judgement })
}

const lineOf = (lines: readonly string[], label: string) =>
  lines.find((line) => line.trimStart().startsWith(label)) ?? ''
const words = (view: RunView, label: string, columns = 200) => lineOf(frame(view, MINUTE, columns), label).trim()

/** The line after that one: what belongs to it. */
function below(lines: readonly string[], label: string): string {
  return (lines[lines.findIndex((line) => line.trimStart().startsWith(label)) + 1] ?? '').trim()
}

describe('a run that goes well', () => {
  // 13 records a second, a credit each: 780 in the first minute, 720 left, for which it needs 55 s more.
  const view = goingFor(13)

  test('is shown at 80 columns', () => {
    expect(frame(view)).toMatchInlineSnapshot(`
      [
        "  On track: 0 of 720 credits will expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "  month-end finishes Mon 22:01 UTC, 1 h 53 min before it must stop.",
        "  month-end · acme · running for 1 min · run 20261130-9f3c1a2b7d",
        "",
        "  records  ████████████░░░░░░░░░░░░░░░░░░░    780 of 2,000 · 1,220 left",
        "  credits  │███████████████░░░░░░░░░░░░░░░    780 of 1,500 · 720 left",
        "  pace     24 parallel calls · ▇▇▇▇▇▇▇▇▇▇▇▇ 13 records a second · 42 ms",
        "           latency is normal",
        "  errors   none",
      ]
    `)
  })

  test('and at 40, where less is said of the same', () => {
    expect(frame(view, MINUTE, 40)).toMatchInlineSnapshot(`
      [
        "On track: 0 of 720 credits will expire",
        "month-end finishes Mon 22:01 UTC, 1 h 5…",
        "month-end · acme · running for 1 min",
        "",
        "records  █████░░░░░░░░    780 of 2,000",
        "credits  │█████░░░░░░░    780 of 1,500",
        "pace     24 parallel · 13/s · 42 ms",
        "         latency is normal",
        "errors   none",
      ]
    `)
  })

  test.each(WIDTHS)('at %i columns every line fits, and both bars say what is done', (columns) => {
    const lines = frame(view, MINUTE, columns)
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    const cells = (label: string) => lineOf(lines, label).match(/[█▓░│]+/)?.[0] ?? ''
    // The mark stands where the run should be after 1 of 115 minutes.
    expect(cells('credits').indexOf('│')).toBe(Math.floor((1 / 115) * cells('credits').length))
    const full = (label: string) => cells(label).replaceAll(/[^█│]/g, '').length
    expect(cells('records')).toHaveLength(cells('credits').length)
    expect(full('records')).toBe(Math.floor((780 / 2_000) * cells('records').length))
    expect(full('credits')).toBe(Math.floor((780 / 1_500) * cells('credits').length))
  })
})

test('the mark is right of what is spent where the run is behind, and gone once all is spent', () => {
  const half = (spent: number) =>
    lineOf(frame(goingFor(spent / 60), 57.5 * MINUTE, 100), 'credits').match(/[█▓░│]+/)?.[0] ?? ''
  const behind = half(300)
  expect([behind.indexOf('│'), behind.replaceAll(/[^█]/g, '').length]).toEqual([
    behind.length >> 1,
    Math.floor(behind.length / 5),
  ])
  expect(half(1_500)).not.toContain('│')
})

describe('what leads: whether credits will be lost, and why', () => {
  const leads = (view: RunView, columns = 200, atMs = MINUTE) =>
    frame(view, atMs, columns)
      .slice(0, 3)
      .filter((line) => !line.includes(' · acme · '))
      .map((line) => line.trim())

  test('before the deadline: when it is done, and how long before', () => {
    // 1.3 a second: 1,422 left take 18 min 14 s.
    expect(leads(goingFor(1.3))).toMatchInlineSnapshot(`
      [
        "On track: 0 of 1,422 credits will expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "month-end finishes Mon 22:19 UTC, 1 h 35 min before it must stop.",
      ]
    `)
  })

  test('after the deadline: by how long, and how many credits will expire', () => {
    // 0.13 a second: 1,492 left take 3 h 11 min, of which 1 h 54 min are there.
    expect(leads(goingFor(0.13))).toMatchInlineSnapshot(`
      [
        "Losing credits: 603 of 1,492 credits will expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "month-end won't finish in time: at this pace Tue 01:12 UTC, 1 h 17 min after it must stop.",
      ]
    `)
    expect(leads(goingFor(0.13), 70)).toMatchInlineSnapshot(`
      [
        "Losing credits: 603 of 1,492 credits will expire",
        "month-end won't finish in time: at this pace Tue 01:12 UTC, 1 h 17 …",
      ]
    `)
    expect(leads(goingFor(0.13), 40)).toMatchInlineSnapshot(`
      [
        "Losing credits: 603 of 1,492",
        "month-end won't finish in time: at this…",
      ]
    `)
  })

  test('with the records, where they end before the credits and there are no more', () => {
    const view = goingFor(1, { selected: 120 })
    expect(leads(view)).toMatchInlineSnapshot(`
      [
        "Losing credits: 1,380 of 1,440 credits will expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "There are too few eligible records for these credits.",
        "What would help: \`spenddown plan\`",
      ]
    `)
    const more = heard(view, progress({ selected: 120, refreshed: 60 }, {}, undefined, true), BEGAN + MINUTE) as RunView
    expect(leads(more)).toMatchInlineSnapshot(`
      [
        "On track: 0 of 1,440 credits will expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "month-end finishes Mon 22:25 UTC, 1 h 30 min before it must stop.",
      ]
    `)
  })

  test('never green before anything has succeeded, nor while nothing does', () => {
    expect(leads(after([0, started()]))).toMatchInlineSnapshot(`
      [
        "At risk: 1,500 of 1,500 credits may expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "No call of month-end has succeeded for 1 min.",
        "Nothing to do yet: it retries by itself; \`spenddown doctor\` shows what the vendor answers",
      ]
    `)
    const failing = [1, 2, 3, 4, 5, 6, 7, 8].map((at): Told => [at * 1_000, progress({ calls: { failed: at } })])
    expect(leads(after([0, started()], ...failing), 200, 8_000)).toMatchInlineSnapshot(`
      [
        "At risk: 1,500 of 1,500 credits may expire; reset Tue 00:00 UTC, in 1 h 59 min",
        "No call of month-end has succeeded for 8 s.",
        "Nothing to do yet: it retries by itself; \`spenddown doctor\` shows what the vendor answers",
      ]
    `)
    const going = [1, 2, 3].map((at): Told => [at * 1_000, progress({ refreshed: 10 * at })])
    const broke = Array.from(
      { length: 90 },
      (_, at): Told => [(at + 4) * 1_000, progress({ refreshed: 30, calls: { failed: at + 1 } })],
    )
    expect(leads(after([0, started()], ...going, ...broke), 200, 94_000)).toMatchInlineSnapshot(`
      [
        "At risk: 1,470 of 1,470 credits may expire; reset Tue 00:00 UTC, in 1 h 58 min",
        "No call of month-end has succeeded for 1 min 31 s.",
        "Nothing to do yet: it retries by itself; \`spenddown doctor\` shows what the vendor answers",
      ]
    `)
  })

  test('paused, and while the database is unreachable', () => {
    const going: Told[] = [
      [0, started()],
      [1_000, progress({ refreshed: 10 })],
    ]
    const controlRequest = { what: 'pause', by: 'ann@desk', at: new Date(BEGAN + 2_000).toISOString() } as const
    expect(
      leads(after(...going, [2_000, { type: 'control-request', controlRequest }]), 200, 5_000),
    ).toMatchInlineSnapshot(`
      [
        "Action required: 1,490 of 1,490 credits will expire unless you act; reset Tue 00:00 UTC, in 1 h 59 min",
        "month-end was paused by ann@desk Mon 22:00 UTC; nothing is spent meanwhile.",
        "Resume: \`spenddown continue 20261130-9f3c1a2b7d\`",
      ]
    `)
    expect(
      leads(after(...going, [2_000, { type: 'database-unreachable', reason: 'x' }]), 200, 3_000),
    ).toMatchInlineSnapshot(`
      [
        "Not known; reset Tue 00:00 UTC, in 1 h 59 min",
        "Database unreachable: x.",
        "Start it, or mend \`database.url\`; \`spenddown doctor\` checks it",
      ]
    `)
  })
})

describe('why it goes as it goes', () => {
  const going = [[0, started()] as const, [1_000, progress({ refreshed: 10 }, { perSecond: 9.5 })] as const]

  test('the pace, what is allowed a second, and the reason', () => {
    const lines = frame(after(...going), 3_000, 200)
    expect(lineOf(lines, 'pace').trim()).toBe(
      'pace     24 parallel calls, 9.5 a second · 3.3 records a second · a call takes 42 ms',
    )
    expect(below(lines, 'pace')).toBe('latency is normal')
  })

  test('a pause of the vendor', () => {
    const pausedUntil = BEGAN + 15_000
    const lines = frame(after(...going, [2_000, progress({ calls: { throttled: 1 } }, { pausedUntil })]), 3_000)
    expect(lineOf(lines, 'pace')).toContain('no calls for 12 s')
    expect(below(lines, 'pace')).toBe('the vendor asks for a pause')
    expect(lineOf(lines, 'errors')).toContain('1 throttled')
  })

  const controlRequest = { what: 'pause', by: 'ann@desk', at: new Date(BEGAN + 2_000).toISOString() } as const
  const paused: Told[] = [...going, [2_000, { type: 'control-request', controlRequest }]]

  test.each(WIDTHS)('a pause of a person: by whom, and how it goes on, at %i columns', (columns) => {
    const lines = frame(after(...paused), 5_000, columns)
    expect(lineOf(lines, 'pace')).toContain('paused by ann@desk')
    expect(below(lines, 'pace')).toContain('`spenddown continue` goes on')
    expect(lines[3]).toContain('paused')
  })

  test('also where there is room for two lines only', () => {
    const lines = frame(after(...paused), 5_000, 80, 3)
    expect(lines.map((line) => line.trim())).toEqual([
      'pace     paused by ann@desk since 22:00:02',
      'no new calls; `spenddown continue` goes on',
    ])
  })

  test('a stop: what is waited for, and how it ends at once', () => {
    const lines = frame(after(...going, [2_000, { type: 'stopping' }]), 2_500)
    expect(lineOf(lines, 'pace')).toContain('stopping: 20 calls in flight finish')
    expect(below(lines, 'pace')).toContain('a second signal ends it at once')
    expect(lines[2]?.trim()).toBe('Resume by Mon 23:54 UTC or lose 1,490: `spenddown resume 20261130-9f3c1a2b7d`')
  })

  test('errors by kind', () => {
    const calls = { throttled: 12, failed: 7, unknown: 2 }
    const view = after([0, started()], [1, progress({ calls }, {}, { server: 5, timeout: 3, connection: 1, other: 0 })])
    expect(words(view, 'errors')).toBe(
      'errors   12 throttled · 7 failed · 2 unknown (5 server errors, 3 timeouts, 1 connection)',
    )
    expect(words(view, 'errors', 60)).toBe('errors   12 throttled · 7 failed · 2 unknown')
    expect(words(view, 'errors', 40)).toBe('errors   21 calls')
  })
})

describe('whatever comes', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('王', '👍', '\u0301', 'é', '\u200d', '\u001b[2J', '\n', '\u202e', 'a', ' ') }),
  )
  const amount = fc.double({ min: 0, max: 1e12, noNaN: true })

  test('no line is wider than the terminal, there are not too many, and nothing in them moves the cursor', () => {
    const size = fc.record({
      columns: fc.oneof(fc.constantFrom(...WIDTHS), fc.integer({ min: 1, max: 250 })),
      rows: fc.nat(30),
    })
    fc.assert(
      fc.property(hostile, hostile, amount, amount, size, fc.boolean(), (reason, key, budget, spent, size, color) => {
        const figures = { job: key, selected: 1e9, refreshed: 12_345, budget, spent, balance: budget }
        const view = after(
          [0, started(figures)],
          [1_000, progress(figures, { reason })],
          [2_000, { type: 'item', key, outcome: 'failed', reason }],
          [3_000, { type: 'database-unreachable', reason }],
          [
            4_000,
            { type: 'control-request', controlRequest: { what: 'pause', by: key, at: new Date(BEGAN).toISOString() } },
          ],
        )
        const lines = frame(view, 5_000, size.columns, size.rows, color)
        expect(lines.length).toBeLessThanOrEqual(Math.max(0, size.rows - 1))
        for (const line of lines) {
          expect(stringWidth(line)).toBeLessThanOrEqual(size.columns)
          expect(line.replaceAll(COLOUR, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u)
        }
      }),
    )
  })

  test('without colour there is no escape at all; with it, each piece gives it back', () => {
    expect(frame(goingFor(13)).join('')).not.toContain(ESC)
    const coloured = frame(goingFor(13), MINUTE, 80, 40, true).map((line) => line.replaceAll(ESC, '~').trim())
    expect(coloured[0]).toMatch(/^~\[32mOn track: [^~]*~\[39m$/)
  })

  test('the lower the terminal, the fewer the lines: what matters most stays', () => {
    const labels = (rows: number) => frame(goingFor(13), MINUTE, 80, rows).map((line) => line.trim().split(' ')[0])
    expect(labels(1)).toEqual([])
    expect(labels(2)).toEqual(['On'])
    expect(labels(4)).toEqual(['On', 'records', 'credits'])
    expect(labels(6)).toEqual(['On', 'month-end', 'records', 'credits', 'pace'])
    expect(labels(40)).toEqual(['On', 'month-end', 'month-end', '', 'records', 'credits', 'pace', 'latency', 'errors'])
  })
})
