import { EventEmitter } from 'node:events'
import { describe, expect, test } from 'vitest'
import { asStream, TerminalUnderTest } from '../../../test/support/observability/terminal-under-test.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { LiveScreen } from './live-screen.ts'

/** Time that passes when it is told to. */
class HandClock implements Clock {
  #now = 0
  #timers: { readonly at: number; readonly then: () => void }[] = []

  now = () => this.#now
  monotonic = () => this.#now
  sleep = () => Promise.resolve()
  after = (ms: number, then: () => void) => {
    const timer = { at: this.#now + ms, then }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  get waiting(): number {
    return this.#timers.length
  }

  pass(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#now = next.at
      next.then()
    }
    this.#now = until
  }
}

class ProcessUnderTest extends EventEmitter {
  readonly pid = 42
  readonly sent: string[] = []
  kill(_pid: number, signal: string): void {
    this.sent.push(signal)
  }
}

function begin({ others = [], frame }: { others?: TerminalUnderTest[]; frame?: () => string[] } = {}) {
  const terminal = new TerminalUnderTest(40, 10)
  const clock = new HandClock()
  const process = new ProcessUnderTest()
  const frames: string[][] = []
  let shown = ['a frame']
  const screen = new LiveScreen({
    stream: asStream(terminal),
    others: others.map(asStream),
    process,
    clock,
    frame: () => {
      frames.push(shown)
      return frame?.() ?? shown
    },
  })
  const show = (...lines: string[]) => {
    shown = lines
    screen.changed()
  }
  return { terminal, clock, process, frames, screen, show }
}

describe('frames', () => {
  test('are made when they are painted: at most ten a second, however often something changes', async () => {
    const { clock, frames, show, terminal } = begin()
    for (let at = 0; at < 999; at += 1) {
      for (let times = 0; times < 10; times += 1) show(`${at}`)
      clock.pass(1)
    }
    expect(frames.length).toBe(10)
    clock.pass(100)
    expect(await terminal.lines()).toEqual(['998'])
  })

  test('go on by themselves once a second: times pass', () => {
    const { clock, frames, show } = begin()
    show('x')
    clock.pass(5_050)
    expect(frames.length).toBe(6)
  })

  test('are painted anew when the terminal changes its size', async () => {
    const { clock, frames, show, terminal } = begin()
    show('x')
    clock.pass(500)
    await terminal.resize(20, 10)
    clock.pass(100)
    expect(frames.length).toBe(2)
  })
})

describe('at the end', () => {
  test('nothing is left: no line, no timer, no listener, and the cursor is back', async () => {
    const { clock, process, screen, show, terminal } = begin()
    show('x')
    clock.pass(500)
    screen.end()
    screen.end()
    show('too late')
    clock.pass(5_000)
    expect(await terminal.lines()).toEqual([])
    expect(await terminal.cursor()).toEqual({ row: 0, column: 0, shown: true })
    expect([clock.waiting, process.eventNames(), terminal.eventNames()]).toEqual([0, [], []])
    terminal.write('after\n')
    expect(await terminal.lines()).toEqual(['after'])
  })

  test('a frame that cannot be made ends what is shown, and nothing else: a run that spends goes on', async () => {
    const { clock, process, screen, terminal } = begin({
      frame: () => {
        throw new RangeError('Invalid time value')
      },
    })
    screen.changed()
    clock.pass(500)
    expect((await terminal.lines()).join('')).toBe('nothing is shown live any more: Invalid time value')
    screen.changed()
    clock.pass(5_000)
    expect([clock.waiting, process.eventNames()]).toEqual([0, []])
  })

  test.each(['exit', 'SIGQUIT', 'SIGHUP'])('also where the process ends with %s', async (how) => {
    const { clock, process, show, terminal } = begin()
    show('x')
    clock.pass(500)
    process.emit(how)
    expect(await terminal.lines()).toEqual([])
    expect((await terminal.cursor()).shown).toBe(true)
    expect(process.sent).toEqual(how === 'exit' ? [] : [how])
    expect(process.eventNames()).toEqual([])
  })

  test('put to sleep it leaves the terminal to others, and is back when it wakes', async () => {
    const { clock, process, show, terminal } = begin()
    show('x')
    clock.pass(500)
    process.emit('SIGTSTP')
    expect([await terminal.lines(), process.sent]).toEqual([[], ['SIGSTOP']])
    expect((await terminal.cursor()).shown).toBe(true)
    terminal.write('$ fg\n')
    process.emit('SIGCONT')
    clock.pass(100)
    expect(await terminal.lines()).toEqual(['$ fg', 'x'])
  })
})

describe("others' output", () => {
  test('to the same stream stands above, whole line by whole line', async () => {
    const { clock, screen, show, terminal } = begin()
    show('x')
    clock.pass(500)
    const written = new Promise<void>((resolve) => asStream(terminal).write('half a ', () => resolve()))
    await written
    expect(await terminal.lines()).toEqual(['x'])
    asStream(terminal).write(Buffer.from('line\nand '))
    expect(await terminal.lines()).toEqual(['half a line', 'x'])
    screen.end()
    expect(await terminal.lines()).toEqual(['half a line', 'and '])
  })

  test('to another stream of the terminal goes there, while the frame makes room', async () => {
    const other = new TerminalUnderTest(40, 10)
    const { clock, screen, show, terminal } = begin({ others: [other] })
    show('x')
    clock.pass(500)
    const before = terminal.writes.length
    asStream(other).write('printed\n')
    expect(other.writes).toEqual(['printed\n'])
    expect(terminal.writes.slice(before)).toEqual([expect.stringContaining('\u001b[J'), expect.stringContaining('x')])
    screen.end()
    asStream(other).write('after\n')
    expect(await other.lines()).toEqual(['printed', 'after'])
  })
})
