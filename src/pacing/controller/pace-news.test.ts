import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PaceNews } from './pace-news.ts'

const report = (concurrency: number, reason = `now ${concurrency}`) => ({ concurrency, perSecond: null, reason })

test('a large change is reported at once, small steps are summed up', () => {
  const news = new PaceNews()
  expect(news.next(report(16), 0)).toMatchObject({ steps: 1 })
  expect(news.next(report(17), 2_000)).toBeNull()
  expect(news.next(report(18), 4_000)).toBeNull()
  expect(news.next(report(8), 6_000)).toEqual({ report: report(8), steps: 3 })
  expect(news.next(report(9), 8_000)).toBeNull()
  expect(news.next(report(10), 36_001)).toEqual({ report: report(10), steps: 2 })
})

test('what was reported is not reported again', () => {
  const news = new PaceNews()
  news.next(report(16), 0)
  expect(news.next(report(16), 60_000)).toBeNull()
})

test('never more than one a second, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 400 }), (limits) => {
      const news = new PaceNews()
      const told = limits.filter((limit, i) => news.next(report(limit), i * 10) !== null)
      expect(told.length).toBeLessThanOrEqual(1 + limits.length / 100)
    }),
  )
})
