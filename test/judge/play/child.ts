import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/** Longer than any wait that a world's config allows, with nothing sent to the vendor and nothing said. */
const SILENCE_MS = 20_000

export interface ChildOptions {
  readonly name: string
  readonly args: readonly string[]
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

/** One process of spenddown's, from its start to its end. Instants are of the judge's clock. */
export class Child {
  readonly name: string
  readonly args: readonly string[]
  readonly startedAt = Date.now()
  readonly ended: Promise<void>
  endedAt: number | null = null
  exitCode: number | null = null
  /** When the judge killed it; it may have ended by itself just before. */
  killedAt: number | null = null
  /** When it was first asked to stop, and how often. */
  stoppedAt: number | null = null
  signals = 0
  readonly frozen: { readonly from: number; to: number }[] = []
  /** It was killed because it did not come to an end. */
  overdue = false
  private readonly process: ChildProcess
  private readonly files: { readonly stdout: string; readonly stderr: string }

  constructor({ name, args, folder, environment }: ChildOptions) {
    this.name = name
    this.args = args
    this.files = { stdout: join(folder, `${name}.stdout`), stderr: join(folder, `${name}.stderr`) }
    const out = openSync(this.files.stdout, 'w')
    const err = openSync(this.files.stderr, 'w')
    this.process = spawn(process.execPath, [MAIN, ...args, '--config', join(folder, 'spenddown.config.mjs')], {
      cwd: folder,
      stdio: ['ignore', out, err],
      env: { PATH: process.env.PATH ?? '', HOME: folder, JUDGE_PROCESS: name, ...environment },
    })
    closeSync(out)
    closeSync(err)
    this.ended = new Promise((resolve) => {
      this.process.on('exit', (code) => {
        this.exitCode = code
        this.endedAt = Date.now()
        resolve()
      })
    })
  }

  get isRunning(): boolean {
    return this.endedAt === null
  }

  kill(): void {
    if (!this.isRunning) return
    this.killedAt ??= Date.now()
    this.process.kill('SIGKILL')
  }

  stop(signal: 'SIGTERM' | 'SIGINT'): void {
    if (!this.isRunning) return
    this.stoppedAt ??= Date.now()
    this.signals += 1
    this.process.kill(signal)
  }

  /** Stands still for a while. */
  async freeze(ms: number): Promise<void> {
    if (!this.isRunning) return
    const pause = { from: Date.now(), to: Number.POSITIVE_INFINITY }
    this.frozen.push(pause)
    this.process.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, ms))
    pause.to = Date.now()
    this.process.kill('SIGCONT')
  }

  /** Ends it, one way or another, where it is still at work after so long, or has shown no sign of life for too long. */
  async endWithin(ms: number, lastSignAt: () => number): Promise<void> {
    const until = Date.now() + ms
    // What it logs is a sign too: it says what it waits for.
    const heardAt = () => Math.max(this.startedAt, lastSignAt(), statSync(this.files.stderr).mtimeMs)
    while (this.isRunning && Date.now() < until && Date.now() - heardAt() < SILENCE_MS) {
      await this.hasEndedIn(500)
    }
    if (!this.isRunning) return
    this.overdue = true
    this.stop('SIGTERM')
    if (await this.hasEndedIn(16_000)) return
    this.kill()
    await this.ended
  }

  get stdout(): string {
    return readFileSync(this.files.stdout, 'utf8')
  }

  get stderr(): string {
    return readFileSync(this.files.stderr, 'utf8')
  }

  private async hasEndedIn(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), ms)
    })
    const ended = await Promise.race([this.ended.then(() => true), late])
    clearTimeout(timer)
    return ended
  }
}
