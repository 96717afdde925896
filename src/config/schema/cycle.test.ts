import { expect, test } from 'vitest'
import { soundConfig, withValue } from '../../../test/support/config/sound-config.ts'
import { resolveConfig } from '../resolve-config.ts'

const resetsAt = () => '2026-12-01'
const balance = { path: '/v1/account', remaining: () => 1 }

function resolve(cycle: object, credits: object = { balance }) {
  return resolveConfig(withValue(soundConfig(), ['vendor', 'credits'], { ...credits, cycle }))
}

test.each([
  ['nothing: the calendar month, UTC', {}, { anchorDay: 1, timeZone: 'UTC' }],
  ['an anchor day', { anchorDay: 31, timeZone: 'Asia/Tokyo' }, { anchorDay: 31, timeZone: 'Asia/Tokyo' }],
  ['a number of days', { days: 30, from: '2026-01-15' }, { days: 30, from: '2026-01-15', timeZone: 'UTC' }],
  ['a reset that the vendor names', { resetsAt }, { anchorDay: 1, timeZone: 'UTC', resetsAt }],
  ['a share that rolls over', { rollover: 0.5 }, { anchorDay: 1, timeZone: 'UTC', rollover: 0.5 }],
])('a cycle may be %s', (_, cycle, resolved) => {
  expect(resolve(cycle)).toMatchObject({ config: { vendor: { credits: { cycle: resolved } } } })
})

test.each([
  [{ days: 30 }, 'from', 'a day on which a cycle began, beside `days`'],
  [{ from: '2026-01-15' }, 'days', 'the number of days, beside `from`'],
  [{ anchorDay: 1, days: 30, from: '2026-01-15' }, 'anchorDay', 'only without `days`: a cycle is the one or the other'],
])('%j is refused', (cycle, key, allowed) => {
  expect(resolve(cycle)).toMatchObject({ problems: [{ path: `vendor.credits.cycle.${key}`, allowed }] })
})

test('a reset is read from the balance: without one nothing names it', () => {
  expect(resolve({ resetsAt }, {})).toMatchObject({
    problems: [{ path: 'vendor.credits.cycle.resetsAt', allowed: 'only beside `balance`, whose body it reads' }],
  })
})
