import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { connect } from '../../../src/store/client.ts'
import { clockAheadMs, missingIndex, tableHealth } from '../../../src/store/health.ts'
import { migrate, pendingMigrations } from '../../../src/store/migrations/migrate.ts'
import { describeTable } from '../../../src/store/user-table/describe/describe-table.ts'
import type { UserTable } from '../../../src/store/user-table/user-table.ts'
import { EXPLAIN } from '../../support/databases/of-database.ts'
import { onBothStages } from '../support/on-each-stage.ts'
import type { Stage } from '../support/stage.ts'

async function tableOf({ database: { connection } }: Stage): Promise<UserTable> {
  const records = { table: 'people', key: 'id', refreshedAt: 'refreshed_at' }
  const described = await describeTable(connection.client, connection.dialect, records)
  if (!('table' in described)) throw new Error('the table is not as it should be')
  return described.table
}

onBothStages((begin, dialect) => {
  test('an index for the order is missing until it is made as told; then the selection uses it', async () => {
    const stage = await begin({ people: 50 })
    const { connection } = stage.database
    const table = await tableOf(stage)
    const statement = await missingIndex(connection, table, [])
    expect(statement).toMatch(/^CREATE INDEX (CONCURRENTLY )?people_refreshed_at ON /)
    await stage.execute(statement ?? '')
    expect(await missingIndex(connection, table, [])).toBeNull()
    expect(await missingIndex(connection, table, [{ column: 'country', direction: 'desc' }])).toMatch(
      /\(["`]country["`]/,
    )
    expect(await missingIndex(connection, table, [{ column: 'id', direction: 'asc' }])).toBeNull()
    const order = dialect === 'postgresql' ? ' NULLS FIRST' : ''
    if (dialect === 'postgresql') await stage.execute('SET enable_sort = off', 'SET enable_seqscan = off')
    const plan = await stage.rows(`${EXPLAIN[dialect]} SELECT id FROM people ORDER BY refreshed_at ASC${order} LIMIT 5`)
    expect(plan.flatMap((row) => Object.values(row).map(String)).join()).toContain('people_refreshed_at')
  })

  test('an index that puts nulls last, or covers a part of the table, does not serve', async () => {
    const stage = await begin({ people: 5 })
    if (dialect === 'mysql') await stage.execute('CREATE INDEX part ON people (id, refreshed_at)')
    else await stage.execute('CREATE INDEX part ON people (refreshed_at) WHERE id > 3')
    if (dialect === 'postgresql') await stage.execute('CREATE INDEX plain ON people (refreshed_at)')
    expect(await missingIndex(stage.database.connection, await tableOf(stage), [])).not.toBeNull()
  })

  test('migrations that are still to come, before and after', async () => {
    const stage = await begin({ people: 1 })
    const { connection } = stage.database
    const pending = await pendingMigrations(connection)
    expect(pending.length).toBeGreaterThan(0)
    expect((await migrate(connection)).applied).toEqual(pending)
    expect(await pendingMigrations(connection)).toEqual([])
  })

  test('whether there are many rows, and whose clock is ahead', async () => {
    const stage = await begin({ people: 40 })
    const { connection } = stage.database
    if (dialect === 'postgresql') await stage.execute('ANALYZE people')
    if (dialect === 'mysql') await stage.execute('ANALYZE TABLE people')
    const table = await tableOf(stage)
    const hasMore = (than: number) => tableHealth(connection).hasMoreRows(connection.client, table, than)
    expect([await hasMore(30), await hasMore(40)]).toEqual([true, false])
    const ahead = await clockAheadMs(connection, () => Date.now() - 3_600_000)
    if (dialect === 'sqlite') expect(ahead).toBeNull()
    else expect(Math.abs((ahead ?? 0) - 3_600_000)).toBeLessThan(5_000)
  })

  test('all rights are there', async () => {
    const stage = await begin({ people: 1 })
    const file = dialect === 'sqlite' ? stage.database.url.replace('file:', '') : undefined
    const { connection } = stage.database
    const rights = tableHealth(connection)
    expect(await rights.missingRights(connection.client, await tableOf(stage), ['job_title'], file)).toEqual([])
  })

  if (dialect === 'mysql')
    test('the rights that a user lacks, by name; granted, none', async () => {
      const stage = await begin({ people: 1 })
      const table = await tableOf(stage)
      const name = `spenddown_${randomBytes(4).toString('hex')}`
      const user = `'${name}'@'%'`
      const url = new URL(stage.database.url)
      const database = url.pathname.slice(1)
      await stage.execute(`CREATE USER ${user}`, `GRANT UPDATE (company) ON people TO ${user}`)
      url.username = name
      const other = await connect(url.href, 'mysql')
      try {
        const rights = tableHealth(other)
        const lacking = () => rights.missingRights(other.client, table, ['job_title', 'company'], undefined)
        const grant = (missing: readonly string[]) =>
          stage.execute(...missing.map((right) => `GRANT ${right} TO ${user}`.replaceAll('`', '"')))
        const first = await lacking()
        expect(first).toEqual([
          `SELECT ON \`${database}\`.\`people\``,
          `UPDATE (\`job_title\`) ON \`${database}\`.\`people\``,
          `CREATE, ALTER, INDEX, DROP, SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.*`,
        ])
        const { remedy } = await rights.explainRights(other.client, first)
        expect(remedy).toContain(`TO '${name}'@'%'`)
        await grant(first)
        expect(await lacking()).toEqual([])
        // Someone else has made the tables: they are not this user's.
        await stage.execute(`REVOKE ALL PRIVILEGES ON "${database}".* FROM ${user}`)
        await stage.execute(`GRANT SELECT, UPDATE ON people TO ${user}`)
        await migrate(stage.database.connection)
        await stage.execute(`GRANT SELECT ON spenddown_run TO ${user}`)
        const second = await lacking()
        expect(second).toContain(`SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.\`spenddown_run\``)
        await grant(second)
        expect(await lacking()).toEqual([])
      } finally {
        await other.close()
        await stage.execute(`DROP USER ${user}`)
      }
    })

  if (dialect !== 'postgresql') return

  test('the rights that a user lacks, by name; granted, none', async () => {
    const stage = await begin({ people: 1 })
    const table = await tableOf(stage)
    const role = `spenddown_role_${randomBytes(4).toString('hex')}`
    const url = new URL(stage.database.url)
    await stage.execute(`CREATE ROLE ${role} LOGIN`, `GRANT UPDATE (company) ON people TO ${role}`)
    url.username = role
    const other = await connect(url.href, 'postgresql')
    try {
      const rights = tableHealth(other)
      const lacking = () => rights.missingRights(other.client, table, ['job_title', 'company'], undefined)
      const grant = (rights: readonly string[]) => stage.execute(...rights.map((right) => `GRANT ${right} TO ${role}`))
      const database = url.pathname.slice(1)
      const first = await lacking()
      expect(first).toEqual([
        'SELECT ON "public"."people"',
        'UPDATE ("job_title") ON "public"."people"',
        `CREATE ON DATABASE ${database}`,
      ])
      await grant(first)
      expect(await lacking()).toEqual([])
      // Someone else has made the schema: what is in it is not this user's either.
      await stage.execute(`REVOKE CREATE ON DATABASE ${database} FROM ${role}`)
      await migrate(stage.database.connection)
      const second = await lacking()
      expect(second).toContain('USAGE, CREATE ON SCHEMA spenddown')
      expect(second).toContain('SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA spenddown')
      await grant(second)
      expect(await lacking()).toEqual([])
    } finally {
      await other.close()
      await stage.execute(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`)
    }
  })
})
