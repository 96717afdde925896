import { expect, test } from 'vitest'
import { drawLatencyMs, type Latency, randomStream } from '../lookups/random.ts'

function drawn(latency: Latency): number[] {
  const random = randomStream(1, 'latency')
  return Array.from({ length: 20_000 }, () => drawLatencyMs(latency, random)).sort((a, b) => a - b)
}

const quantile = (sorted: readonly number[], q: number) => sorted[Math.floor(sorted.length * q)] as number

test('a fixed latency is what it says', () => {
  expect(drawLatencyMs(25, Math.random)).toBe(25)
})

test('an even latency fills its range and never leaves it', () => {
  const sorted = drawn({ min: 10, max: 30 })
  expect(sorted[0]).toBeGreaterThanOrEqual(10)
  expect(sorted.at(-1)).toBeLessThanOrEqual(30)
  expect(quantile(sorted, 0.5)).toBeCloseTo(20, 0)
})

test('a lognormal latency has the median and the 99th percentile asked for', () => {
  const sorted = drawn({ median: 100, p99: 800 })
  expect(quantile(sorted, 0.5) / 100).toBeCloseTo(1, 1)
  expect(quantile(sorted, 0.99) / 800).toBeCloseTo(1, 0)
  expect(sorted[0]).toBeGreaterThan(0)
})
