import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from './errors.ts'
import { describeProblem, nearestName } from './problem.ts'

describe('a problem in the input', () => {
  test('an input error names every problem, each with its path and what to do', () => {
    const problems = [
      { path: 'vendor.name', found: 'nothing', allowed: 'a name', hint: 'give one.' },
      { path: '--limit', found: '-1', allowed: 'a whole number' },
    ]
    const error = new InputError('CONFIG', problems)
    expect(error.message).toBe(
      'vendor.name: found nothing; allowed: a name. give one.\n--limit: found -1; allowed: a whole number.',
    )
    expect([error.name, error.code]).toEqual(['InputError', 'CONFIG'])
    expect(describeProblem(problems[1]!)).not.toContain('undefined')
  })

  test.each([
    ['perSecnod', 'perSecond'],
    ['PERSECOND', 'perSecond'],
    ['budgett', 'budget'],
    ['xyz', undefined],
    ['', undefined],
  ])('for %j, %j was meant', (found, meant) =>
    expect(nearestName(found, ['perSecond', 'perMinute', 'budget'])).toBe(meant),
  )

  test('a name within one change is always found', () => {
    const name = 'idempotencyHeader'
    fc.assert(
      fc.property(fc.nat(name.length - 1), fc.constantFrom('', 'x', 'ab'), (at, by) => {
        expect(nearestName(name.slice(0, at) + by + name.slice(at + 1), [name, 'something', 'else'])).toBe(name)
      }),
    )
  })
})
