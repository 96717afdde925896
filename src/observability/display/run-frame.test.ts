import fc from 'fast-check'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import {
  after,
  BEGAN,
  goingFor,
  MINUTE,
  progress,
  STOP_AT,
  started,
  type Told,
} from '../../../test/support/observability/view-under-test.ts'
import { runFrame } from './run-frame.ts'
import { heard, type RunView } from './run-view.ts'
import { timesIn } from './times.ts'

const ESC = '\u001b'
const COLOUR = new RegExp(`${ESC}\\[\\d+m`, 'g')
const WIDTHS = [40, 60, 80, 200]
const times = timesIn('UTC')

function frame(view: RunView, atMs = MINUTE, columns = 80, rows = 40, color = false): string[] {
  return runFrame(view, BEGAN + atMs, { size: { columns, rows }, color, times })
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
        "  month-end · acme · running for 1 min · run 20261130-9f3c1a2b7d",
        "",
        "  records  ████████████░░░░░░░░░░░░░░░░░░░    780 of 2,000 · 1,220 left",
        "  credits  ████████████████░░░░░░░░░░░░░░░    780 of 1,500 · 720 left",
        "  pace     24 at once · 13 records a second · a call takes 42 ms",
        "           replies are as quick as before",
        "  errors   none",
        "  end      done about 22:01, in 1 min · 1 h 55 min before the deadline (23:55)",
      ]
    `)
  })

  test('and at 40, where less is said of the same', () => {
    expect(frame(view, MINUTE, 40)).toMatchInlineSnapshot(`
      [
        "month-end · acme · running for 1 min",
        "",
        "records  █████░░░░░░░░    780 of 2,000",
        "credits  ██████░░░░░░░    780 of 1,500",
        "pace     24 at once · 13/s · 42 ms",
        "         replies are as quick as before",
        "errors   none",
        "end      done about 22:01, in 1 min",
      ]
    `)
  })

  test.each(WIDTHS)('at %i columns every line fits, and both bars say what is done', (columns) => {
    const lines = frame(view, MINUTE, columns)
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    const cells = (label: string) => lineOf(lines, label).match(/[█▓░]+/)?.[0] ?? ''
    const full = (label: string) => cells(label).replaceAll(/[^█]/g, '').length
    expect(cells('records')).toHaveLength(cells('credits').length)
    expect(full('records')).toBe(Math.floor((780 / 2_000) * cells('records').length))
    expect(full('credits')).toBe(Math.floor((780 / 1_500) * cells('credits').length))
  })
})

describe('when it will be done', () => {
  test('before the deadline: at what time, and how long before', () => {
    // 1.3 a second: 1,422 left take 18 min 14 s.
    expect(words(goingFor(1.3), 'end')).toBe(
      'end      done about 22:19, in 19 min · 1 h 40 min before the deadline (23:55)',
    )
  })

  test('after the deadline: by how long, and how many credits would stay', () => {
    // 0.13 a second: 1,492 left take 3 h 11 min, of which 1 h 54 min are there.
    expect(words(goingFor(0.13), 'end')).toBe(
      'end      would be done 1 h 20 min after the deadline (23:55): about 600 credits would stay',
    )
    expect(words(goingFor(0.13), 'end', 70)).toBe(
      'end      1 h 20 min after the deadline: about 600 credits would stay',
    )
    expect(words(goingFor(0.13), 'end', 40)).toBe('end      1 h 20 min late: 600 would stay')
  })

  test('with the records, where they end before the credits and there are no more: what would stay is told', () => {
    const view = goingFor(1, { selected: 120 })
    expect(words(view, 'end')).toContain('done about 22:02, in 1 min ·')
    expect(words(view, 'end')).toContain('about 1,400 would stay: there are no more records')
    const more = heard(view, progress({ selected: 120, refreshed: 60 }, {}, undefined, true), BEGAN + MINUTE) as RunView
    expect(words(more, 'end')).toContain('done about 22:25, in 24 min ·')
    expect(words(more, 'end')).not.toContain('stay')
  })

  test('with the day, where that is another', () => {
    const stopAt = STOP_AT + 30 * 86_400_000
    expect(words(goingFor(0.13, {}, stopAt), 'end')).toContain('done about Tue 01:12, in 3 h 15 min · 29 d 23 h before')
  })

  test('not at all, before anyone can tell, and while nothing goes', () => {
    expect(words(after([0, started()]), 'end')).toBe('end      not to be told yet · the deadline is 23:55')
    const view = after([0, started()], [1_000, progress({ refreshed: 10 })])
    expect(lineOf(frame(view, 3_000), 'end')).toContain('done about')
    const away = after(
      [0, started()],
      [1_000, progress({ refreshed: 10 })],
      [2_000, { type: 'database-unreachable', reason: 'x' }],
    )
    expect(lineOf(frame(away, 3_000), 'end')).toContain('open while the database is unreachable')
  })
})

describe('why it goes as it goes', () => {
  const going = [[0, started()] as const, [1_000, progress({ refreshed: 10 }, { perSecond: 9.5 })] as const]

  test('the pace, what is allowed a second, and the reason', () => {
    const lines = frame(after(...going), 3_000, 200)
    expect(lineOf(lines, 'pace').trim()).toBe(
      'pace     24 at once, 9.5 a second · 3.3 records a second · a call takes 42 ms',
    )
    expect(below(lines, 'pace')).toBe('replies are as quick as before')
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
    expect(lines[0]).toContain('paused')
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
    expect(lineOf(lines, 'end')).toContain('it stops early')
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
    expect(coloured.at(-1)).toMatch(/^~\[2mend +~\[22m~\[32mdone about [^~]*~\[39m$/)
  })

  test('the lower the terminal, the fewer the lines: what matters most stays', () => {
    const labels = (rows: number) => frame(goingFor(13), MINUTE, 80, rows).map((line) => line.trim().split(' ')[0])
    expect(labels(1)).toEqual([])
    expect(labels(2)).toEqual(['credits'])
    expect(labels(4)).toEqual(['records', 'credits', 'end'])
    expect(labels(6)).toEqual(['records', 'credits', 'pace', 'replies', 'end'])
    expect(labels(40)).toEqual(['month-end', '', 'records', 'credits', 'pace', 'replies', 'errors', 'end'])
  })
})
