import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../machine/free-port.ts'
import { onMysql } from './mysql-url.ts'

/** Whether this machine can run a server of the test's own. */
export const hasMariaDb = ['mariadbd', 'mariadb-install-db'].every(
  (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined,
)

/** A server that a test may kill: durable as servers are by default, its data in a folder of its own. */
export class OwnMariaDb {
  readonly #folder: string
  readonly #port: number
  #server: ChildProcess | null = null

  private constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  static async make(): Promise<OwnMariaDb> {
    const folder = mkdtempSync(join(tmpdir(), 'spenddown-mariadb-'))
    const made = spawnSync('mariadb-install-db', ['--no-defaults', `--datadir=${folder}`, ...RIGHTS], {
      encoding: 'utf8',
    })
    if (made.status !== 0) throw new Error(`mariadb-install-db: ${made.stderr}${made.stdout}`)
    const server = new OwnMariaDb(folder, await freePort())
    await server.start()
    return server
  }

  url(database: string): string {
    return `mysql://root@127.0.0.1:${this.#port}/${database}`
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const settings = [
      `--datadir=${this.#folder}`,
      `--port=${this.#port}`,
      `--socket=${this.#folder}/s`,
      '--bind-address=127.0.0.1',
    ]
    const server = spawn('mariadbd', ['--no-defaults', '--skip-grant-tables', ...settings, ...RIGHTS], {
      stdio: 'ignore',
    })
    this.#server = server
    for (;;) {
      if (server.exitCode !== null) throw new Error(`mariadbd ended with ${server.exitCode}`)
      const answers = await onMysql(['SELECT 1'], this.url('mysql')).then(
        () => true,
        () => false,
      )
      if (answers) return
      await sleep(50)
    }
  }

  /** As the power fails: what it had not made durable is gone. */
  async kill(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null || server.exitCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }

  async remove(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

const RIGHTS = process.getuid?.() === 0 ? ['--user=root'] : []
