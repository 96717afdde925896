import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunSummary } from '../../../src/domain/run/run.ts'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))
const CHILD = fileURLToPath(new URL('./child.mjs', import.meta.url))
const CONFIG = fileURLToPath(new URL('./case-config.mjs', import.meta.url))

/** How a process ended. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** By `performance.now()`. */
  readonly at: number
}

/** A process of spenddown's that a test has started. */
export interface Started {
  readonly pid: number
  /** By `performance.now()`. */
  readonly at: number
  readonly ended: Promise<Ended>
  readonly running: () => boolean
  /** What it has said so far. */
  readonly stdout: () => string
  kill(signal: NodeJS.Signals): void
}

export interface Place {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** The command line, as a user calls it. */
export function startCli(args: readonly string[], place: Place): Started {
  return start([MAIN, ...args, '--config', CONFIG, '--json'], place)
}

/** The same for commands that have no `--json`, or are given it. */
export function startProcess(args: readonly string[], place: Place): Started {
  return start([MAIN, ...args, '--config', CONFIG], place)
}

/** The same with another config. */
export function startWith(config: string, args: readonly string[], place: Place): Started {
  return start([MAIN, ...args, '--config', config], place)
}

/** What a process that kills itself is to be killed at; see kill-points.mjs. */
export type KillAt =
  | { readonly transaction: number; readonly point: string }
  | { readonly statement: number; readonly when: 'before' | 'after' }

/** The same through the library, in a process that kills itself at a step in the database. */
export function startChild(command: 'run' | 'resume' | 'replay', killAt: KillAt | null, { cwd, env }: Place): Started {
  const asked: Record<string, string> = killAt === null ? {} : { SPENDDOWN_KILL: JSON.stringify(killAt) }
  return start([CHILD, command], { cwd, env: { ...env, ...asked } })
}

/** Every process that is still running; those that a failed test has left are ended by `endAll`. */
const running = new Set<ChildProcess>()

export function endAll(): void {
  for (const child of running) child.kill('SIGKILL')
}

function start(args: readonly string[], { cwd, env }: Place): Started {
  const at = performance.now()
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: '1', ...env } })
  running.add(child)
  const said = { stdout: '', stderr: '' }
  return {
    pid: child.pid ?? 0,
    at,
    ended: endOf(child, said),
    running: () => running.has(child),
    stdout: () => said.stdout,
    kill: (signal) => void child.kill(signal),
  }
}

function endOf(child: ChildProcess, said: { stdout: string; stderr: string }): Promise<Ended> {
  child.stdout?.on('data', (data: Buffer) => {
    said.stdout += data
  })
  child.stderr?.on('data', (data: Buffer) => {
    said.stderr += data
  })
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, ...said, at: performance.now() })
    })
  })
}

/** The one JSON document on stdout. */
export function summaryOf({ stdout, stderr, code }: Ended): RunSummary {
  try {
    return JSON.parse(stdout) as RunSummary
  } catch {
    throw new Error(`no JSON on stdout (exit ${code}): ${stdout}\n${stderr}`)
  }
}
