import { expect, test } from 'vitest'
import { callId } from './call.ts'

test('a call is named by its run, its number and its nonce', () =>
  expect(callId('run-1', { n: 7, nonce: 'x9' })).toBe('run-1-7-x9'))
