import { expect, test } from 'vitest'
import { whyInWords } from './run.ts'

test('a run that stopped and can be resumed does not ask for a person; one that failed does', () => {
  expect(whyInWords('stopped', 'error')).toBe('it could not continue')
  expect(whyInWords('failed', 'error')).toBe('it needs a person')
  expect(whyInWords('stopped', 'deadline')).toBe('the deadline was reached')
})
