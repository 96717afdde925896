import { parseEnv as nodeParseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseEnv } from './env-file.ts'

test.each([
  'A=1',
  'A=1\nB=two words\n',
  'A=1\r\nB=2\r\n',
  'A = spaced \n',
  'export A=1',
  '# comment\n\nA=1 # comment',
  'A="# not a comment" # comment',
  'A=\'single\'\nB=`back`\nC="double"',
  'A="line\\nbreak"',
  "A='no\\nbreak'",
  'A="several\nlines"\nB=2',
  'A=a=b==',
  'URL=postgresql://u:p@h:5432/d?x=1',
  "A=it's",
  'A=',
  'A=""',
  'A.B-C=1',
])('%j is read as Node reads it', (text) => {
  const { values, errors } = parseEnv(text)
  expect(errors).toEqual([])
  expect(values).toEqual({ ...nodeParseEnv(text) })
})

test('a quote behind a backslash does not close, and a byte order mark is no name', () => {
  expect(parseEnv('\uFEFFA="{\\"a\\":1}"').values).toEqual({ A: '{\\"a\\":1}' })
})

test('the later of two lines wins', () => {
  expect(parseEnv('A=1\nA=2').values).toEqual({ A: '2' })
})

describe('what cannot be read is told by its line, never by its content', () => {
  test.each([
    ['A=1\nsk_live_123', 2, 'a line that is not NAME=value'],
    ['=sk_live_123', 1, 'a line that is not NAME=value'],
    ['1A=sk_live_123', 1, 'a line that is not NAME=value'],
    ['A=1\n\nB="sk_live_123\nC=3', 3, 'an opening " without a closing one'],
    ["A='sk_live'_123", 1, "text after the closing '"],
  ])('%j', (text, line, found) => {
    const { errors } = parseEnv(text)
    expect(errors).toEqual([{ line, found }])
    expect(JSON.stringify(errors)).not.toContain('sk_live')
  })

  test('the other lines are read all the same', () => {
    expect(parseEnv('A=1\n???\nB="2\nC=3').values).toEqual({ A: '1', C: '3' })
  })
})
