import { expect, test } from 'vitest'
import { dashboardOver, NOW, runWith } from '../../test/support/dashboard/dashboard-under-test.ts'
import type { Credits } from '../domain/credits.ts'
import { NO_ITEMS } from '../domain/item.ts'
import type { RunSnapshot } from '../domain/run-snapshot.ts'
import { sampled, seriesOf } from './series.ts'

function snapshot(seconds: number, refreshed: number, changes: Partial<RunSnapshot> = {}): RunSnapshot {
  return {
    at: NOW + seconds * 1_000,
    activeMs: seconds * 1_000,
    items: { ...NO_ITEMS, refreshed },
    spent: (refreshed * 1_000_000) as Credits,
    unknown: 0 as Credits,
    calls: { sent: refreshed, throttled: 0, failed: 0, unknown: 0 },
    pace: { concurrency: 4, perSecond: null, reason: 'the start' },
    latencies: {},
    ...changes,
  }
}

const COURSE = {
  startedAt: new Date(NOW).toISOString(),
  stopAt: NOW + 100_000,
  credits: { budget: 1_000, spent: 0, unknown: 0, reserve: 0, balance: null, saved: 0, drift: 0 },
}

test('what is left is held against what an even use would leave', () => {
  const series = seriesOf(COURSE, [
    snapshot(0, 0),
    snapshot(10, 300, { unknown: 5_000_000 as Credits }),
    snapshot(200, 990),
  ])
  expect(series.left).toEqual([1_000, 695, 10])
  expect(series.ideal).toEqual([1_000, 900, 0])
})

test('a clock that was set back draws nothing backwards: charts take instants in their order', () => {
  const back = snapshot(4, 350, { activeMs: 12_000 })
  const series = seriesOf(COURSE, [snapshot(0, 0), snapshot(10, 300), back, snapshot(13, 400)])
  expect(series.at.map((at) => at - NOW / 1_000)).toEqual([0, 10, 10, 13])
})

test('a rate is of the time at work: a night between two processes is none', () => {
  const resumed = snapshot(50_010, 400, { activeMs: 20_000 })
  const series = seriesOf(COURSE, [snapshot(0, 0), snapshot(10, 300), resumed, { ...resumed, at: resumed.at + 1 }])
  expect(series.refreshed).toEqual([null, 30, 10, null])
})

test('the pace is marked where its reason changes, and nowhere else', () => {
  const halved = { concurrency: 2, perSecond: null, reason: 'halved' }
  const course = [snapshot(0, 0), snapshot(1, 1), snapshot(2, 2, { pace: halved }), snapshot(3, 3, { pace: null })]
  expect(seriesOf(COURSE, course).reasons.map(({ reason }) => reason)).toEqual(['the start', 'halved'])
  expect(seriesOf(COURSE, course).concurrency).toEqual([4, 4, 2, null])
})

test('no calls have no latency', () => {
  const { p50, p99 } = seriesOf(COURSE, [snapshot(0, 0), snapshot(1, 1, { latencies: { 0: 10 } })])
  expect([p50, p99]).toEqual([
    [null, 1],
    [null, 1],
  ])
})

test('a sample has the first and the last, and no more than asked for', () => {
  const all = Array.from({ length: 100 }, (_, n) => snapshot(n, n))
  const few = sampled(all, 12)
  expect([few.length, few[0], few.at(-1)]).toEqual([12, all[0], all[99]])
  expect(sampled(all.slice(0, 3), 12)).toHaveLength(3)
})

test('the page has the figures for whoever sees no chart, with the reasons, which are hostile input', async () => {
  const pace = { concurrency: 2, perSecond: null, reason: '<b>halved</b>' }
  const { at } = dashboardOver({
    run: async () => runWith(),
    course: async () => [snapshot(0, 0), snapshot(10, 300, { pace })],
  })
  const page = await (await at('/runs/x')).text()
  expect(page).toContain('data-series="/runs/20261130-aa/series.json"')
  expect(page).toContain('&lt;b&gt;halved&lt;/b&gt;')
  expect(page.match(/<th scope="row"><time/g)).toHaveLength(2)
  expect(await (await at('/runs/x/series.json')).json()).toMatchObject({ refreshed: [null, 30] })
})
