import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { levelsOf, levelsOfText } from './nesting.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('how deep JSON is nested', () => {
  test.each([
    ['1', 0],
    ['"[[["', 0],
    ['"\\"[["', 0],
    ['{}', 1],
    ['[1, {"a": [], "b": [[]]}, []]', 4],
    ['{"a[": "\\\\", "b": [{"c]]": 1}]}', 3],
  ])('%s: %i', (json, levels) => {
    expect([levelsOfText(json), levelsOf(JSON.parse(json))]).toEqual([levels, levels])
  })

  test('text and value agree', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(levelsOfText(JSON.stringify(value))).toBe(levelsOf(JSON.parse(JSON.stringify(value))))
      }),
    )
  })

  test('however deep, and whether it holds itself or not', () => {
    expect([levelsOfText(nested(100_000)), levelsOf(JSON.parse(nested(100_000)))]).toEqual([100_000, 100_000])
    const self: unknown[] = []
    self.push(self, self)
    expect(levelsOf(self)).toBe(1)
  })
})
