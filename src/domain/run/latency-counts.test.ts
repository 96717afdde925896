import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LatencyCounter, latencyQuantile, mergedCounts, readLatencyCounts } from './latency-counts.ts'

const counted = (latencies: readonly number[]) => {
  const counter = new LatencyCounter()
  for (const ms of latencies) counter.add(ms)
  return counter.take()
}

test('a percentile is right to 5 %', () => {
  const latencies = fc.array(fc.double({ min: 1, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(latencies, fc.constantFrom(0.5, 0.9, 0.99, 1), (all, share) => {
      const exact = all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1] as number
      const found = latencyQuantile(counted(all), share) as number
      expect(Math.abs(found / exact - 1)).toBeLessThan(0.0501)
    }),
  )
})

test('counts are taken once, and add up', () => {
  const counter = new LatencyCounter()
  counter.add(100)
  const first = counter.take()
  expect(counter.take()).toEqual({})
  counter.add(100)
  counter.add(0)
  expect(Object.values(mergedCounts([first, counter.take()])).toSorted()).toEqual([1, 2])
})

test('hours of calls are a few dozen numbers', () => {
  const day = Array.from({ length: 10_000 }, (_, at) => 1 + at * 8.64)
  expect(Object.keys(counted([...day, 1e12, Number.NaN, Number.POSITIVE_INFINITY])).length).toBeLessThan(200)
})

test('of nothing there is no percentile, and what cannot be read is nothing', () => {
  expect(latencyQuantile({}, 0.5)).toBeNull()
  for (const text of [null, '', '{', '{"a":1}', '{"3":-1,"4":"2"}', '[]', 'null'])
    expect(readLatencyCounts(text)).toEqual({})
  expect(readLatencyCounts('{"3":2}')).toEqual({ 3: 2 })
})
