import { expect, test } from 'vitest'
import { painted, piece } from './text.ts'

test('whatever a piece of the display says, it moves no cursor; colours are ours alone', () => {
  const line = [piece('a\u001b[2J\u009b1A\u202e\nb'), piece('c', 'good')]
  expect(painted(line, false)).toBe('a\\u001b[2J\\u009b1A\\u202e\\u000abc')
  expect(painted(line, true).split('\u001b').slice(1)).toEqual(['[32mc', '[39m'])
})
