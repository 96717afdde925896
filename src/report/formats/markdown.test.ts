import { expect, test } from 'vitest'
import { markdownText } from './markdown.ts'

const HOSTILE: [string, string][] = [
  ['a | b', 'a \\| b'],
  ['two\nlines\r\u2028', 'two\\\\u000alines\\\\u000d\\\\u2028'],
  ['`code` *b* _i_ ~~s~~', '\\`code\\` \\*b\\* \\_i\\_ \\~\\~s\\~\\~'],
  ['[x](javascript:alert(1))', '\\[x\\](javascript:alert(1))'],
  ['<img src=x onerror=1>&amp;', '&lt;img src=x onerror=1&gt;&amp;amp;'],
  ['see https://evil.example and www.evil.example', 'see https\\://evil.example and www\\.evil.example'],
  ['@team, ann@example.com', '@\u200bteam, ann@example.com'],
  ['\u202egnp.exe', '\\\\u202egnp.exe'],
]

test.each(HOSTILE)('%j is shown as it is, in one cell', (text, shown) => {
  expect(markdownText(text)).toBe(shown)
})
