import { expect, test } from 'vitest'
import { accountForecast } from './account-forecast.ts'

const range = (least: number, typical: number, most: number) => ({ least, typical, most })
const job = (name: string, use: ReturnType<typeof range>, free: number) => ({
  name,
  use,
  unused: range(free - use.most, free - use.typical, free - use.least),
})

test('one job alone leaves what it leaves', () => {
  const only = job('a', range(10, 60, 80), 100)
  expect(accountForecast([only])).toEqual({ unused: range(20, 40, 90), nearest: only })
})

test('what the others use is not unused; the job that leaves the least says why', () => {
  const [a, b] = [job('a', range(10, 20, 30), 100), job('b', range(40, 50, 60), 100)]
  expect(accountForecast([a, b])).toEqual({ unused: range(10, 30, 50), nearest: b })
})

test('never less than nothing', () => {
  const [a, b] = [job('a', range(0, 100, 100), 100), job('b', range(0, 70, 100), 100)]
  expect(accountForecast([b, a])?.unused).toEqual(range(0, 0, 100))
  expect(accountForecast([])).toBeNull()
})
