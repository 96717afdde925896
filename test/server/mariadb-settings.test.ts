import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { DatabaseUnavailableError } from '../../src/domain/errors/errors.ts'
import { connect, ping } from '../../src/store/client.ts'
import { asDatabaseError } from '../../src/store/database-error.ts'
import { isReadOnly } from '../../src/store/health.ts'
import { raw } from '../../src/store/sql.ts'
import { startMysqlRelay } from '../support/databases/mysql-relay.ts'
import { withMysql } from '../support/databases/mysql-url.ts'
import { onMariaDb } from '../support/databases/on-mariadb.ts'

/** How a server is set up, which holds for all its databases: these tests run when all others have ended. */
onMariaDb('a server of MariaDB', (on) => {
  /** What a server's administrator may have set, for the time of `work`; spenddown's own sessions do not go by it. */
  async function withGlobals(settings: Readonly<Record<string, string>>, work: () => Promise<void>): Promise<void> {
    const names = Object.keys(settings)
    await withMysql(async (admin) => {
      const [before] = await admin.query<Record<string, unknown>[]>(
        `SELECT ${names.map((name) => `@@global.${name} AS ${name}`).join(', ')}`,
      )
      try {
        for (const name of names) await admin.query(`SET GLOBAL ${name} = ${settings[name]}`)
        await work()
      } finally {
        for (const name of names) await admin.query(`SET GLOBAL ${name} = ?`, [before?.[name]])
      }
    })
  }

  test('whatever the server is set to, a session is strict, in UTC, reads what is committed, and compares bytes', async () => {
    const globals = { sql_mode: "'NO_BACKSLASH_ESCAPES'", time_zone: "'+05:45'", innodb_lock_wait_timeout: '7' }
    await withGlobals(globals, async () => {
      const other = await connect(on.database.url, 'mysql')
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
    const url = new URL(on.database.url)
    await on.run(`CREATE USER '${user}'@'%'`, `GRANT ALL PRIVILEGES ON "${url.pathname.slice(1)}".* TO '${user}'@'%'`)
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
      await on.run(`DROP USER '${user}'@'%'`)
    }
  })

  test.each([
    [
      'would lose commits when the power fails',
      { innodb_flush_log_at_trx_commit: '2' },
      [],
      /= 2, which loses .* needed: .* = 1, on the server/,
    ],
    [
      'takes no batch',
      { max_allowed_packet: '1048576' },
      [],
      /max_allowed_packet = 1048576; needed: .* = 16777216 or more/,
    ],
    // No log is written here.
    [
      'logs statements',
      { binlog_format: "'STATEMENT'" },
      [['@@log_bin', '1']],
      /binlog_format = STATEMENT; needed: binlog_format = ROW or MIXED/,
    ],
  ] as const)('a server that %s is refused', async (_, globals, rewriting, found) => {
    const relay = await startMysqlRelay(rewriting)
    await withGlobals(globals, async () => {
      const other = await connect(relay.through(on.database.url), 'mysql')
      await expect(ping(other)).rejects.toMatchObject({
        code: 'DATABASE_REFUSED',
        problems: [{ path: 'database.url', found: expect.stringMatching(found) }],
      })
      await other.close()
    })
    await relay.close()
  })
})
