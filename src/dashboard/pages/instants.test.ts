import { expect, test } from 'vitest'
import { instantWords } from '../../domain/time/zoned-time.ts'
import { instant, prose, shortInstant } from './instants.ts'

const AT = Date.parse('2026-11-30T22:05:00Z')

test.each([
  ['UTC', 'Mon 30 Nov 2026, 22:05 UTC'],
  ['America/New_York', 'Mon 30 Nov 2026, 17:05 EST'],
  ['Asia/Kolkata', 'Tue 1 Dec 2026, 03:35 GMT+5:30'],
])('in %s it is %s', (zone, words) => {
  expect(instantWords(AT, zone)).toBe(words)
})

test('midnight is the first minute of a day', () => {
  expect(instantWords(Date.parse('2026-12-01T00:00:00Z'), 'UTC')).toBe('Tue 1 Dec 2026, 00:00 UTC')
})

test('machines read ISO 8601', () => {
  const iso = '2026-11-30T22:05:00.000Z'
  expect(String(instant(AT, 'UTC'))).toBe(`<time datetime="${iso}" title="${iso}">Mon 30 Nov 2026, 22:05 UTC</time>`)
  expect(String(shortInstant(AT, 'UTC'))).toContain('>30 Nov 2026, 22:05<')
})

test('a sentence has its instants in words and its commands as such, and nothing else of it is markup', () => {
  const text = 'due 2026-11-30T22:05:00Z: `spenddown run <x>` <b>\u202e 2026-99-99T22:05:00Z'
  expect(prose(text, 'UTC').map(String).join('|')).toBe(
    'due |<time datetime="2026-11-30T22:05:00.000Z" title="2026-11-30T22:05:00.000Z">Mon 30 Nov 2026, 22:05 UTC</time>|: |<code>spenddown run &lt;x&gt;</code>| <b>\\u202e |2026-99-99T22:05:00Z|',
  )
})
