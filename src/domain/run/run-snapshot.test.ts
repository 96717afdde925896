import { expect, test } from 'vitest'
import type { Credits } from '../credits/credits.ts'
import { shownSnapshot } from './run-snapshot.ts'

test('a machine reads credits in decimals, instants in ISO 8601, and latencies in ms', () => {
  const items = { refreshed: 3, notFound: 1, failed: 0, unknown: 0, superseded: 0 }
  const calls = { sent: 4, throttled: 0, failed: 0, unknown: 0 }
  const pace = { concurrency: 4, perSecond: null, reason: 'doubled' }
  const snapshot = { at: 0, activeMs: 10, items, spent: 3_500_000 as Credits, unknown: 0 as Credits, calls, pace }
  expect(shownSnapshot({ ...snapshot, latencies: {} })).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    activeMs: 10,
    records: items,
    credits: { spent: 3.5, unknown: 0 },
    calls,
    pace,
    latencyMs: { p50: null, p95: null, p99: null },
  })
  expect(shownSnapshot({ ...snapshot, latencies: { 0: 99, 48: 1 } }).latencyMs).toEqual({ p50: 1, p95: 1, p99: 1 })
})
