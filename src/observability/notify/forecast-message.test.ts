import { expect, test } from 'vitest'
import type { ForecastNews } from './forecast-figures.ts'
import { forecastMessage } from './forecast-message.ts'

const AT = new Date('2026-11-20T08:00:00Z')
const NEWS: ForecastNews = {
  vendor: 'acme',
  resetAt: '2026-12-01T00:00:00.000Z',
  spendable: 9_500,
  expiring: 3_187.5,
  because: [
    { cause: 'too-few-records', credits: 2_904, change: 'more eligible records' },
    { cause: 'starts-too-late', credits: 283.5, change: 'a start by Friday' },
  ],
}

test('in one line, what will be lost, when, why, and what would help', () => {
  expect(forecastMessage(NEWS, AT)).toEqual({
    type: 'forecast.unused',
    timestamp: AT.toISOString(),
    message:
      'acme: about 3,200 of 9,500 credits will expire unused on 1 December 00:00 UTC: too few eligible records (2,900), ' +
      'a start that is too late (280). What would help: more eligible records; a start by Friday',
    data: NEWS,
  })
})

test('where nothing says why, it does not guess', () => {
  const message = forecastMessage({ ...NEWS, expiring: 7, because: [] }, AT).message
  expect(message).toBe('acme: about 7 of 9,500 credits will expire unused on 1 December 00:00 UTC')
})
