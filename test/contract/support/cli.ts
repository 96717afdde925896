import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/** How a process ended, and what it said. */
export interface Said {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly ended: Promise<Said>
  /** What it has said on stderr so far. */
  stderr(): string
  stdout(): string
  kill(signal: NodeJS.Signals): void
  /** Nobody reads its stdout and stderr any more. */
  leave(): void
}

export interface Where {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

const running = new Set<ChildProcess>()

/** The built command line, as a user calls it, in a pipe. */
export function startCli(args: readonly string[], { cwd, env, input }: Where): Started {
  const { NO_COLOR: _color, DATABASE_URL: _url, ...inherited } = process.env
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...inherited, ...env } })
  running.add(child)
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const ended = new Promise<Said>((resolve) => {
    child.once('close', (code) => {
      running.delete(child)
      resolve({ code, ...said })
    })
  })
  const leave = () => {
    child.stdout.destroy()
    child.stderr.destroy()
  }
  return {
    ended,
    stderr: () => said.stderr,
    stdout: () => said.stdout,
    kill: (signal) => void child.kill(signal),
    leave,
  }
}

export function cli(args: readonly string[], where: Where): Promise<Said> {
  return startCli(args, where).ended
}

/** Ends what a failed test has left behind. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

/** The one JSON document that stdout is; throws where there is none, or more. */
export function documentOf<T = Record<string, unknown>>({ stdout, stderr, code }: Said): T {
  try {
    return JSON.parse(stdout) as T
  } catch {
    throw new Error(`stdout is not one JSON document (exit ${code}): ${stdout}\n${stderr}`)
  }
}

/** The JSON lines that stderr is; throws where a line is none. */
export function linesOf({ stderr }: Said): Record<string, unknown>[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
