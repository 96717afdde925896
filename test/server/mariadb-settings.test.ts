import { randomBytes } from 'node:crypto'
import * as mariadb from 'mariadb'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DatabaseUnavailableError } from '../../src/domain/errors/errors.ts'
import { type Connection, connect, ping } from '../../src/store/client.ts'
import { asDatabaseError } from '../../src/store/database-error.ts'
import { isReadOnly } from '../../src/store/health.ts'
import { migrate } from '../../src/store/migrations/migrate.ts'
import { raw } from '../../src/store/sql.ts'
import { databases, openDatabase, type TestDatabase } from '../support/databases.ts'
import { MYSQL_URL } from '../support/mysql-url.ts'

/** How a server is set up, which holds for all its databases: these tests run when all others have ended. */
describe.skipIf(!databases.includes('mysql'))('a server of MariaDB', () => {
  let database: TestDatabase
  let connection: Connection

  beforeEach(async () => {
    database = await openDatabase('mysql')
    connection = database.connection
    await migrate(connection)
  })
  afterEach(() => database.drop())

  const run = async (...statements: string[]) => {
    for (const statement of statements) await connection.client.$executeRaw(raw(statement))
  }
  /** What a server's administrator may have set, for the time of `work`; spenddown's own sessions do not go by it. */
  async function withGlobals(settings: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void> {
    const admin = await mariadb.createConnection(MYSQL_URL.replace(/^mysql:/, 'mariadb:'))
    const names = Object.keys(settings)
    const [before] = await admin.query<Record<string, unknown>[]>(
      `SELECT ${names.map((name) => `@@global.${name} AS ${name}`).join(', ')}`,
    )
    try {
      for (const name of names) await admin.query(`SET GLOBAL ${name} = ${settings[name]}`)
      await work()
    } finally {
      for (const name of names) await admin.query(`SET GLOBAL ${name} = ?`, [before?.[name]])
      await admin.end()
    }
  }

  test('whatever the server is set to, a session is strict, in UTC, reads what is committed, and compares bytes', async () => {
    const globals = { sql_mode: "'NO_BACKSLASH_ESCAPES'", time_zone: "'+05:45'", innodb_lock_wait_timeout: '7' }
    await withGlobals(globals, async () => {
      const other = await connect(database.url, 'mysql')
      const [session] = await other.client.$queryRaw<Record<string, unknown>[]>(
        raw(`SELECT @@sql_mode AS mode,
        @@time_zone AS zone, @@tx_isolation AS level, @@collation_connection AS texts,
        @@innodb_lock_wait_timeout AS waits, @@idle_transaction_timeout AS idle, 'a' = 'A' AS folds, 'a' = 'a ' AS pads`),
      )
      await other.close()
      expect(session).toMatchObject({ zone: '+00:00', level: 'READ-COMMITTED', texts: 'utf8mb4_nopad_bin' })
      expect(session?.mode).toMatch(/STRICT_ALL_TABLES/)
      expect(session?.mode).not.toMatch(/NO_BACKSLASH_ESCAPES/)
      expect([session?.waits, session?.idle].map(Number)).toEqual([30, 15])
      expect([session?.folds, session?.pads].map(Number)).toEqual([0, 0])
    })
  })

  test('a server that takes no writes: told by doctor, and waited for', async () => {
    const user = `spenddown_${randomBytes(4).toString('hex')}`
    const url = new URL(database.url)
    await run(`CREATE USER '${user}'@'%'`, `GRANT ALL PRIVILEGES ON "${url.pathname.slice(1)}".* TO '${user}'@'%'`)
    url.username = user
    const replica = await connect(url.href, 'mysql')
    try {
      expect(await isReadOnly(replica)).toBe(false)
      await withGlobals({ read_only: '1' }, async () => {
        expect(await isReadOnly(replica)).toBe(true)
        const failure = await replica.client.account
          .create({ data: { vendor: 'acme' } })
          .catch((why: unknown) => asDatabaseError(why))
        expect(failure).toBeInstanceOf(DatabaseUnavailableError)
      })
    } finally {
      await replica.close()
      await run(`DROP USER '${user}'@'%'`)
    }
  })

  test('a server that would lose commits when the power fails is refused', async () => {
    await withGlobals({ innodb_flush_log_at_trx_commit: '2' }, async () => {
      const other = await connect(database.url, 'mysql')
      await expect(ping(other)).rejects.toMatchObject({
        code: 'DATABASE_REFUSED',
        problems: [
          { path: 'database.url', found: expect.stringMatching(/= 2, which loses .* needed: .* = 1, on the server/) },
        ],
      })
      await other.close()
    })
  })
})
