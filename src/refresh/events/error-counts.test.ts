import { expect, test } from 'vitest'
import { errorKind } from './error-counts.ts'

test.each([
  [500, 10, 'server'],
  [503, 40_000, 'server'],
  [408, 10, 'timeout'],
  [null, 30_000, 'timeout'],
  [null, 29_999, 'connection'],
  [200, 10, 'other'],
  [425, 10, 'other'],
] as const)('a call with status %s after %i ms is told as %s', (status, latencyMs, kind) => {
  expect(errorKind(status, latencyMs, 30_000)).toBe(kind)
})
