import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapedJson, escapedText } from './escaped-text.ts'

test('what moves the cursor, turns the line around or is not seen is shown as its number', () => {
  expect(escapedText('a\u001b[2Jb')).toBe('a\\u001b[2Jb')
  expect(escapedText('a\nb\rc\u009b')).toBe('a\\u000ab\\u000dc\\u009b')
  expect(escapedText('\u202eabc\u2028\u200d')).toBe('\\u202eabc\\u2028\\u200d')
  expect(escapedText('half: \ud83d')).toBe('half: \\ud83d')
  expect(escapedText('\u3164')).toBe('\\u3164')
})

test('what people write stays as it is', () => {
  for (const text of ['Zoë Ünal', '王伟', 'status 400, 12 %', '👍', '']) expect(escapedText(text)).toBe(text)
})

test('whatever comes, no control is left', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(text, (hostile) => {
      expect(escapedText(hostile)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    }),
  )
})

test('JSON of the same value, without any of them', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (hostile) => {
      const json = escapedJson(JSON.stringify({ hostile, more: ['\u009b2J', '\u{e0041}'] }, null, 2))
      expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028]/u)
      expect(JSON.parse(json)).toEqual({ hostile, more: ['\u009b2J', '\u{e0041}'] })
    }),
  )
})
