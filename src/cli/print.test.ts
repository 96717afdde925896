import { afterEach, expect, test, vi } from 'vitest'
import { InputError, SpenddownError } from '../domain/errors/errors.ts'
import { printError, printJson, printLine, say } from './print.ts'

/** Moves the cursor, sets a title, turns the line around, and begins a line that looks like ours. */
const HOSTILE = 'a\u001b[2J\u009b1A\u001b]0;x\u0007\u202eb\r\nspenddown: all is well'
const UNSEEN = /[\p{Cc}\p{Cf}\u2028]/u

afterEach(() => vi.restoreAllMocks())

/** What is printed, on both streams. */
async function printed(print: () => void | Promise<void>): Promise<string> {
  let text = ''
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((piece) => {
      text += piece
      return true
    })
  await print()
  vi.restoreAllMocks()
  return text
}

const problems = [{ path: `records.${HOSTILE}`, found: HOSTILE, allowed: 'x' }]

test.each<[string, () => void | Promise<void>, lines: number]>([
  ['a line', () => printLine(HOSTILE), 1],
  ['what is said', () => say({} as never, {}, () => [HOSTILE, HOSTILE]), 2],
  ['a problem', () => printError(new InputError('CONFIG_INVALID', problems), false), 2],
  ['an error', () => printError(new SpenddownError('RUN_FAILED', HOSTILE), false), 1],
  ['what is no error', () => printError('a\u001b[2J', false), 1],
])('whatever a vendor or a record says, it moves no cursor and begins no line: %s', async (_, print, lines) => {
  const text = await printed(print)
  const found = text.split('\n')
  expect([found.length, found.pop()]).toEqual([lines + 1, ''])
  expect(found.join('')).not.toMatch(UNSEEN)
  expect(text).toContain('a\\u001b[2J')
})

test('an unexpected error keeps the lines of its stack, and nothing else', async () => {
  const text = await printed(() => printError(new Error(HOSTILE), false))
  expect(text).toContain('\n    at ')
  expect(text.replaceAll('\n', '')).not.toMatch(UNSEEN)
})

test('JSON has the same value, and is as harmless to look at', async () => {
  const text = await printed(() => printJson({ key: HOSTILE }))
  expect(text.replaceAll('\n', '')).not.toMatch(UNSEEN)
  expect(JSON.parse(text)).toEqual({ key: HOSTILE })
})
