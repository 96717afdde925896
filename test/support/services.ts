import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { whyMysqlIsMissing } from './databases/mysql-url.ts'
import { POSTGRES_URL, postgresServer } from './databases/postgres-url.ts'
import { findChromium, NO_CHROMIUM } from './machine/chromium.ts'
import { findFaketime, NO_FAKETIME } from './machine/faketime.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Null where PostgreSQL answers; otherwise why the tests on it are skipped. */
    postgresqlMissing: string | null
    /** Null where MySQL or MariaDB answers; otherwise why the tests on it are skipped. */
    mysqlMissing: string | null
    /** Null where Redis answers at 127.0.0.1:6379; otherwise why the tests with it are skipped. */
    redisMissing: string | null
    /** Null: there is none, and the tests in a browser are skipped. */
    chromium: string | null
    /** Null where a process can be given a terminal; otherwise why the tests with one are skipped. */
    terminalMissing: string | null
    /** The library by which a process's clock is set; null: there is none, and the tests with it are skipped. */
    faketime: string | null
  }
}

/** Looks once, before any test, which services answer. With SPENDDOWN_REQUIRE_SERVICES=1 a missing one fails the run. */
export default async function findServices(project: TestProject): Promise<void> {
  refuseStaleBuild()
  const missing = await whyPostgresqlIsMissing()
  const mysqlMissing = await whyMysqlIsMissing()
  const redisMissing = await whyRedisIsMissing()
  const chromium = findChromium(process.env)
  const faketime = findFaketime()
  const tools = chromium === null ? NO_CHROMIUM : faketime === null ? NO_FAKETIME : null
  const without = missing ?? mysqlMissing ?? redisMissing ?? tools
  if (without !== null && process.env.SPENDDOWN_REQUIRE_SERVICES === '1') {
    throw new Error(`SPENDDOWN_REQUIRE_SERVICES is set, and ${without}`)
  }
  project.provide('postgresqlMissing', missing)
  project.provide('mysqlMissing', mysqlMissing)
  project.provide('redisMissing', redisMissing)
  project.provide('chromium', chromium)
  project.provide('faketime', faketime)
  project.provide('terminalMissing', whyTerminalIsMissing())
}

/** Tests run the build: one that is older than the sources would prove nothing. */
function refuseStaleBuild(): void {
  const src = fileURLToPath(new URL('../../src', import.meta.url))
  const built = statSync(fileURLToPath(new URL('../../build/.built', import.meta.url)), { throwIfNoEntry: false })
  const newer = readdirSync(src, { recursive: true, encoding: 'utf8' }).find(
    (name) => /(?<!\.test)\.ts$/.test(name) && !(statSync(join(src, name)).mtimeMs <= (built?.mtimeMs ?? 0)),
  )
  if (newer !== undefined) throw new Error(`src/${newer} is newer than the build that the tests run: npm run build`)
}

async function whyPostgresqlIsMissing(): Promise<string | null> {
  const client = new pg.Client({ connectionString: POSTGRES_URL, connectionTimeoutMillis: 3_000 })
  // A connection that is lost while it is being opened is told twice; once is enough.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return null
  } catch (error) {
    const why = error instanceof AggregateError ? error.errors.map(String).join(', ') : String(error)
    return `PostgreSQL does not answer at ${postgresServer()} (${why}); SPENDDOWN_TEST_POSTGRES_URL names another`
  } finally {
    await client.end().catch(() => {})
  }
}

async function whyRedisIsMissing(): Promise<string | null> {
  const socket = connect(6379, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return null
  } catch (error) {
    return `no Redis answers at 127.0.0.1:6379 (${error})`
  } finally {
    socket.destroy()
  }
}

function whyTerminalIsMissing(): string | null {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })
  return stdout?.includes('util-linux') === true ? null : "there is no `script` of util-linux's"
}
