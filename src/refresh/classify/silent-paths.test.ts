import { expect, test } from 'vitest'
import type { Mapped } from '../ports/vendor.ts'
import { SilentPaths } from './silent-paths.ts'

const ALL: Mapped = { kind: 'values', values: {} }
const without = (...missing: string[]): Mapped => ({ kind: 'values', values: {}, missing })
const UNREAD: Mapped = { kind: 'unusable', reason: 'the reply has no data' }

function warningsOf(replies: readonly Mapped[]): string[] {
  const warnings: string[] = []
  const paths = new SilentPaths({ add: (warning) => void warnings.push(warning) })
  for (const reply of replies) paths.saw(reply)
  return warnings
}

const times = (count: number, reply: Mapped) => Array.from({ length: count }, () => reply)

test('a path that finds nothing in fifty replies is a warning, once, and not before', () => {
  expect(warningsOf(times(49, without('a')))).toEqual([])
  expect(warningsOf(times(120, without('a')))).toEqual([expect.stringMatching(/^a has found nothing in 50 fresh/)])
})

test('one that has found something is none', () => {
  expect(warningsOf([...times(49, without('a', 'b')), without('a')])).toHaveLength(1)
  expect(warningsOf([ALL, ...times(99, without('a'))])).toEqual([])
})

test('replies whose data was not read say nothing of it, and do not count', () => {
  expect(warningsOf(times(99, without('a')).flatMap((reply) => [UNREAD, reply]))).toHaveLength(1)
  expect(warningsOf([...times(49, without('a')), ...times(50, UNREAD)])).toEqual([])
})
