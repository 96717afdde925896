import { describe, expect, test } from 'vitest'
import { after, BEGAN, progress, started, type Told } from '../../../../test/support/observability/view-under-test.ts'
import { newsWords } from '../news.ts'
import { heard } from './run-view.ts'

const failed = (key: string, reason: string | null = 'status 400') =>
  ({ type: 'item', key, outcome: 'failed', reason }) as const
const newsOf = (...events: readonly Told[]) => after(...events).news.map(newsWords)

describe('what has happened', () => {
  test('nothing is shown before the run has begun', () => {
    expect(heard(null, progress(), BEGAN)).toBeNull()
    expect(heard(null, { type: 'stopping' }, BEGAN)).toBeNull()
  })

  test('a run that goes on says from where', () => {
    const resumed = started({ refreshed: 812 }, BEGAN + 1, true)
    expect(newsOf([0, resumed])).toEqual(['goes on where it was interrupted: 812 of 2,000 records are done'])
  })

  test('a record that is refreshed or not found is no news, and costs nothing', () => {
    const view = after([0, started()])
    for (const outcome of ['refreshed', 'notFound', 'superseded'] as const)
      expect(heard(view, { type: 'item', key: 'k', outcome, reason: null }, BEGAN)).toBe(view)
  })

  test('records that fail one after another are one line, with the last of them', () => {
    expect(newsOf([0, started()], [1, failed('p7')])).toEqual(['record p7 failed: status 400'])
    expect(newsOf([0, started()], [1, failed('p7')], [2, failed('p8', null)])).toEqual([
      '2 records failed, the last p8',
    ])
  })

  test('a pause says who asked for it, and its end is told', () => {
    const controlRequest = { what: 'pause', by: 'ann@desk', at: new Date(BEGAN).toISOString() } as const
    const events: Told[] = [
      [0, started()],
      [1_000, progress({ refreshed: 10 })],
      [2_000, { type: 'control-request', controlRequest }],
      [600_000, { type: 'control-request', controlRequest: null }],
    ]
    expect(newsOf(...events)).toEqual(['paused by ann@desk', 'the pause is over: it goes on'])
    // How fast it goes is counted anew.
    expect(after(...events).recent).toEqual([{ at: BEGAN + 600_000, done: 10, answered: 10, spent: 10, trouble: 0 }])
  })

  test('a database that is unreachable, others who spend, and a stop', () => {
    expect(
      newsOf(
        [0, started()],
        [1, { type: 'database-unreachable', reason: 'refused' }],
        [2, { type: 'database-back', unreachableMs: 65_000 }],
        [3, { type: 'outside', credits: 40, spendable: 10 }],
        [4, { type: 'outside', credits: 2.5, spendable: 8 }],
        [5, { type: 'stopping' }],
      ),
    ).toEqual([
      'the database is unreachable: refused',
      'the database is back after 1 min 5 s',
      'someone else has spent 42.5 credits from the account',
      'told to stop',
    ])
  })

  test('a pause that the vendor asks for, once for each', () => {
    const pausedUntil = BEGAN + 12_000
    const throttled = { calls: { throttled: 1 } }
    const asked = progress(throttled, { pausedUntil })
    expect(newsOf([0, started()], [1, progress()], [2, asked], [3, asked])).toEqual([
      'no calls for 12 s, as the vendor asks',
    ])
    const again = progress({ calls: { throttled: 2 } }, { pausedUntil: BEGAN + 30_000 })
    expect(newsOf([0, started()], [1, progress()], [2, asked], [20_000, again])).toEqual([
      '2 pauses, the last: no calls for 10 s, as the vendor asks',
    ])
    const soon = progress(throttled, { pausedUntil: BEGAN + 500 })
    expect(newsOf([0, started()], [1, progress()], [2, soon])).toEqual([])
  })

  test('of many, only the last few are kept', () => {
    const many: Told[] = [[0, started()]]
    for (let at = 1; at < 50; at += 1) {
      many.push([2 * at, failed(`p${at}`)], [2 * at + 1, { type: 'database-back', unreachableMs: 0 }])
    }
    expect(after(...many).news.length).toBeLessThanOrEqual(8)
    expect(newsOf(...many).at(-2)).toBe('record p49 failed: status 400')
  })
})

describe('the pace', () => {
  const paced = (concurrency: number, reason: string) => progress({}, { concurrency, reason })

  test('a large change is told with its reason; what it begins with and small steps are not', () => {
    const begin: Told[] = [
      [0, started()],
      [1, paced(24, 'begins')],
    ]
    expect(newsOf(...begin)).toEqual([])
    expect(newsOf(...begin, [5_000, paced(25, 'raised to 25')])).toEqual([])
    expect(newsOf(...begin, [5_000, paced(12, 'halved to 12: 24 % of calls failed')])).toEqual([
      'halved to 12: 24 % of calls failed',
    ])
  })

  test('what is so for a moment only, to measure, is not', () => {
    const passing = progress({}, { concurrency: 12, reason: '12 for a moment', passing: true })
    expect(newsOf([0, started()], [1, paced(24, 'a')], [60_000, passing], [61_000, paced(24, 'a')])).toEqual([])
  })

  test('small steps together now and then, and never more than one in two seconds', () => {
    const events: Told[] = [[0, started()]]
    for (let at = 0; at < 100; at += 1) events.push([at * 10, paced(at % 2 === 0 ? 1 : 24, `now ${at}`)])
    expect(newsOf(...events)).toEqual([])
    expect(newsOf([0, started()], [1, paced(24, 'a')], [31_000, paced(25, 'raised to 25')])).toEqual(['raised to 25'])
  })
})

test('what is told later does not change what was told before', () => {
  const before = after([0, started()], [1_000, progress({ refreshed: 3 })])
  const copy = structuredClone(before)
  heard(heard(before, progress({ refreshed: 9 }), BEGAN + 9_000), failed('p1'), BEGAN + 9_001)
  expect(before).toEqual(copy)
})
