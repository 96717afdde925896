import { expect, test } from 'vitest'
import type { Mark } from '../../domain/judgement/health.ts'
import { marked, type Recent, sparkOf } from './recent.ts'

const mark = (seconds: number, done: number): Mark => ({
  at: seconds * 1_000,
  done,
  answered: done,
  spent: done,
  trouble: 0,
})

/** A mark a second; `rate`: records in that second. */
function after(seconds: number, rate: (second: number) => number): { recent: Recent; now: Mark } {
  let [recent, done]: [Recent, number] = [[], 0]
  for (let second = 0; second < seconds; second++) {
    recent = marked(recent, mark(second, done))
    done += rate(second)
  }
  return { recent, now: mark(seconds, done) }
}

test.each([
  [10, () => 1, ''],
  [15, () => 1, '▇▇▇'],
  [60, () => 0, '▁▁▁▁▁▁▁▁▁▁▁▁'],
  [60, (second: number) => (second < 30 ? 2 : 4), '▄▄▄▄▄▄▇▇▇▇▇▇'],
  [300, (second: number) => (second < 280 ? 6 : 0), '▇▇▇▇▇▇▇▇▁▁▁▁'],
])('the speed of the last minute, %i s after the beginning', (seconds, rate, spark) => {
  const { recent, now } = after(seconds, rate)
  expect(sparkOf(recent, now)).toBe(spark)
})
