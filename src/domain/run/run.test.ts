import { expect, test } from 'vitest'
import type { Credits } from '../credits/credits.ts'
import { readControlRequest, tried, unknownCredits, whyInWords } from './run.ts'

const credits = (amount: number) => amount as Credits

test('open calls of a running run are in flight; once it is not running they are unknown', () => {
  const amounts = { held: credits(7), unknown: credits(2) }
  expect(unknownCredits({ status: 'running', ...amounts })).toBe(2)
  for (const status of ['completed', 'stopped', 'failed'] as const) {
    expect(unknownCredits({ status, ...amounts })).toBe(7)
  }
})

test('a control request that cannot be read is none', () => {
  for (const text of [null, '', '{', '{"what":"dance","by":"ann","at":1}', '{"what":"stop","by":"ann"}', 'null']) {
    expect(readControlRequest(text)).toBeNull()
  }
  expect(readControlRequest('{"what":"stop","by":"ann","at":1}')).toEqual({ what: 'stop', by: 'ann', at: 1 })
})

test('a run that stopped and can be resumed does not ask for a person; one that failed does', () => {
  expect(whyInWords('stopped', 'error')).toBe('it could not continue')
  expect(whyInWords('failed', 'error')).toBe('it needs a person')
  expect(whyInWords('stopped', 'deadline')).toBe('the deadline was reached')
})

test('a record that someone else has refreshed meanwhile was tried; one of an unknown call is not counted', () => {
  expect(tried({ refreshed: 16, notFound: 8, failed: 4, superseded: 2, unknown: 1 })).toBe(30)
})
