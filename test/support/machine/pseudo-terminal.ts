import { spawn } from 'node:child_process'
import { inject } from 'vitest'
import { TerminalUnderTest } from '../observability/terminal-under-test.ts'

/** Whether a process can be given a terminal here. */
export const hasTerminal = inject('terminalMissing') === null

export interface Seat {
  readonly columns: number
  readonly rows: number
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

export interface Seated {
  readonly terminal: TerminalUnderTest
  /** What a person types; `\u0003` is Ctrl-C. */
  type(keys: string): void
  /** Resolves to the screen as soon as it is so; rejects if the process ends before. */
  until(isSo: (lines: readonly string[]) => boolean): Promise<readonly string[]>
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>
  /** All that it has written. */
  written(): string
}

/** Runs a command in a pseudo-terminal of that size, and shows on a screen what it writes. */
export function atTerminal(command: string, { columns, rows, cwd, env }: Seat): Seated {
  const terminal = new TerminalUnderTest(columns, rows)
  const { NO_COLOR: _no, DATABASE_URL: _url, ...inherited } = process.env
  const sized = `stty cols ${columns} rows ${rows}; exec ${command}`
  const child = spawn('script', ['-qfec', sized, '/dev/null'], {
    cwd,
    env: { ...inherited, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let over = false
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true
      resolve(code)
    })
  })
  child.stdout.setEncoding('utf8').on('data', (text: string) => terminal.write(text))
  const until: Seated['until'] = async (isSo) => {
    for (;;) {
      const more = Promise.race([ended, new Promise((resolve) => child.stdout.once('data', resolve))])
      const lines = await terminal.lines()
      if (isSo(lines)) return lines
      if (over) throw new Error(`it ended before:\n${lines.join('\n')}`)
      await more
    }
  }
  const written = () => terminal.writes.join('')
  return { terminal, type: (keys) => void child.stdin.write(keys), until, ended, written }
}
