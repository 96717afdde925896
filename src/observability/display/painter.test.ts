import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TerminalUnderTest } from '../../../test/support/observability/terminal-under-test.ts'
import { Painter } from './painter.ts'

function begin(columns = 20, rows = 8) {
  const terminal = new TerminalUnderTest(columns, rows)
  return {
    terminal,
    painter: new Painter(
      (text) => void terminal.write(text),
      () => terminal,
    ),
  }
}

describe('a painted block', () => {
  test('stands under what was there, without a cursor; and when it is cleared, nothing of it has been', async () => {
    const { terminal, painter } = begin()
    terminal.write('before\n')
    painter.paint(['one', 'two'])
    expect(await terminal.lines()).toEqual(['before', 'one', 'two'])
    expect(await terminal.cursor()).toEqual({ row: 3, column: 0, shown: false })
    painter.clear()
    expect(await terminal.lines()).toEqual(['before'])
    expect(await terminal.cursor()).toEqual({ row: 1, column: 0, shown: true })
  })

  test('is written anew only where it has changed, in one write; where nothing has, nothing is', async () => {
    const { terminal, painter } = begin()
    painter.paint(['one', 'two', 'three'])
    const before = terminal.writes.length
    painter.paint(['one', 'two', 'three'])
    expect(terminal.writes.length).toBe(before)
    painter.paint(['one', 'TWO', 'three'])
    expect(terminal.writes.length).toBe(before + 1)
    expect(terminal.writes.at(-1)).not.toMatch(/one|three/)
    expect(await terminal.lines()).toEqual(['one', 'TWO', 'three'])
  })

  test('grows and shrinks, also at the foot of the terminal', async () => {
    const { terminal, painter } = begin(20, 4)
    for (const lines of [['a'], ['b', 'c', 'd'], ['e', 'f'], ['g', 'h', 'i'], ['j']]) {
      painter.paint(lines)
      expect((await terminal.lines()).slice(-lines.length)).toEqual(lines)
    }
    painter.clear()
    expect(await terminal.lines()).toEqual([])
  })

  test('keeps a line of full width whole', async () => {
    const { terminal, painter } = begin(5)
    painter.paint(['12345', '67890'])
    painter.paint(['12345', 'abcde'])
    expect(await terminal.lines()).toEqual(['12345', 'abcde'])
  })

  test('what a person types is gone with the next change', async () => {
    const { terminal, painter } = begin()
    painter.paint(['one', 'two'])
    terminal.write('^C')
    painter.paint(['one', '2'])
    expect(await terminal.lines()).toEqual(['one', '2'])
  })

  test('without lines it says nothing, and hides no cursor', () => {
    const { terminal, painter } = begin()
    painter.paint([])
    painter.clear()
    expect(terminal.writes).toEqual([])
  })
})

describe("others' lines", () => {
  test('stand above the block, in one write with it', async () => {
    const { terminal, painter } = begin()
    painter.paint(['one', 'two'])
    const before = terminal.writes.length
    painter.above('a warning\n')
    painter.above('no end of line')
    expect(terminal.writes.length).toBe(before + 2)
    expect(await terminal.lines()).toEqual(['a warning', 'no end of line', 'one', 'two'])
    painter.clear()
    expect(await terminal.lines()).toEqual(['a warning', 'no end of line'])
  })

  test('longer than the terminal is wide are broken, not lost', async () => {
    const { terminal, painter } = begin(10)
    painter.paint(['one'])
    painter.above('0123456789abc\n')
    expect(await terminal.lines()).toEqual(['0123456789', 'abc', 'one'])
  })

  test('keep their colours, and cannot move the cursor', async () => {
    const { terminal, painter } = begin(60)
    painter.paint(['one'])
    painter.above('\u001b[31mred\u001b[39m \u001b[2J\u001b[1;1Hgone\r\u009b2J\r\n')
    expect(terminal.writes.at(-1)).toContain('\u001b[31mred\u001b[39m')
    expect(await terminal.lines()).toEqual(['red \\u001b[2J\\u001b[1;1Hgone\\u000d\\u009b2J', 'one'])
  })

  test('before and after the block they are just written', async () => {
    const { terminal, painter } = begin()
    painter.above('before\n')
    expect(terminal.writes).toEqual(['before\n'])
  })
})

describe('a terminal that changes its size', () => {
  test.each([
    [40, 12],
    [10, 20],
    [7, 12],
  ])('to %i columns shows the block once', async (columns, rows) => {
    const { terminal, painter } = begin(20, 12)
    terminal.write('before\n')
    painter.paint(['0123456789abcdefghi', 'second', 'third line'])
    await terminal.resize(columns, rows)
    painter.paint(['short', 'lines'])
    expect(await terminal.lines()).toEqual(['before', 'short', 'lines'])
    painter.above('meanwhile\n')
    painter.clear()
    expect((await terminal.lines()).map((line) => line.trim())).toEqual([
      'before',
      ...(columns < 9 ? ['meanwhi', 'le'] : ['meanwhile']),
    ])
  })
})

test('whatever is painted and written above, what is seen is what was written and the last block', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '王', ' x'), minLength: 1, maxLength: 9 })
  const step = fc.oneof(fc.record({ paint: fc.array(line, { maxLength: 5 }) }), fc.record({ above: line }))
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const { terminal, painter } = begin(20, 8)
      const above: string[] = []
      let block: readonly string[] = []
      for (const each of steps) {
        if ('paint' in each) {
          block = each.paint
          painter.paint(block)
        } else {
          above.push(each.above)
          painter.above(`${each.above}\n`)
        }
      }
      const trimmed = [...above, ...block].map((each) => each.trimEnd())
      expect(await terminal.lines()).toEqual(trimmed)
      painter.clear()
      expect(await terminal.lines()).toEqual(above.map((each) => each.trimEnd()))
    }),
    { numRuns: 50 },
  )
})
