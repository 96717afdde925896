import { expect, test } from 'vitest'
import { lineOf } from './upkeep.ts'

const finding = { check: 'table', ok: false, mend: 'mend it there' } as const

test.each([
  ['Did you mean `id`?', 'Did you mean `id`? To mend it: mend it there'],
  ['status 401', 'status 401. To mend it: mend it there'],
  ['wrong.', 'wrong. To mend it: mend it there'],
  ['no\n  TLS:\n', 'no TLS: To mend it: mend it there'],
])('%j is one line, with one mark at its end', (found, line) => {
  expect(lineOf({ ...finding, found })).toBe(`WRONG table      ${line}`)
})
