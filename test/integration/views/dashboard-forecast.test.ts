import { expect, test } from 'vitest'
import { KeptForecast } from '../../../src/app/dashboard/dashboard-forecast.ts'
import type { AccountForecast } from '../../../src/schedule/plan.ts'

const TERMS = { jobs: [{}], account: { at: 0, balance: null, resetsAt: null }, sign: 'same' } as never
const MADE = { plans: [] } as unknown as AccountForecast

test('a forecast is kept for ten minutes; that it could not be made, for half a minute', async () => {
  let now = 0
  let made = 0
  const answers = [() => Promise.reject(new Error('the database is unreachable')), async () => MADE]
  const forecast = new KeptForecast({} as never, { hide: (text) => text, monotonic: () => now })
  const after = async (ms: number) => {
    now += ms
    forecast.view(() => (answers[Math.min(made++, 1)] as () => Promise<AccountForecast>)(), TERMS)
    await forecast.settled()
    const view = forecast.view(() => Promise.reject(new Error('twice')), TERMS)
    await forecast.settled()
    return [view.kind, made]
  }
  expect(await after(0)).toEqual(['none', 1])
  expect(await after(29_000)).toEqual(['none', 1])
  expect(await after(1_000)).toEqual(['made', 2])
  expect(await after(599_000)).toEqual(['made', 2])
  expect(await after(1_000)).toEqual(['made', 3])
})
