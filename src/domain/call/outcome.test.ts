import { describe, expect, test } from 'vitest'
import { OUTCOMES, outcomeOfStatus, VENDOR_OUTCOMES } from './outcome.ts'

describe('the outcome table', () => {
  test.each([
    [200, 'fresh'],
    [204, 'fresh'],
    [299, 'fresh'],
    [301, 'give-up'],
    [304, 'give-up'],
    [400, 'give-up'],
    [401, 'credentials-refused'],
    [402, 'credits-exhausted'],
    [403, 'credentials-refused'],
    [404, 'not-found'],
    [408, 'try-again'],
    [410, 'give-up'],
    [422, 'give-up'],
    [425, 'try-again'],
    [429, 'throttled'],
    [451, 'give-up'],
    [500, 'try-again'],
    [502, 'try-again'],
    [503, 'try-again'],
    [504, 'try-again'],
  ] as const)('%i is %s', (status, kind) => expect(outcomeOfStatus(status, null)).toBe(kind))

  test('a 503 that names a wait is a throttle; no other failure is', () => {
    expect(outcomeOfStatus(503, 0)).toBe('throttled')
    expect(outcomeOfStatus(500, 1_000)).toBe('try-again')
    expect(outcomeOfStatus(429, 1_000)).toBe('throttled')
  })

  test('a vendor may say everything but unknown', () => {
    expect([...VENDOR_OUTCOMES, 'unknown'].sort()).toEqual([...OUTCOMES].sort())
  })
})
