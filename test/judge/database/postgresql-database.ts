import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { POSTGRES_URL } from '../../support/databases/postgres-url.ts'
import type { TableWorld } from '../world/world.ts'
import { heldQuery, type ItemRow, type Items, itemsOf, itemsQuery } from './items.ts'
import type { JudgeDatabase, Row } from './judge-database.ts'

const KEYS = { integer: 'integer', bigint: 'bigint', uuid: 'uuid', text: 'text' } as const

export class PostgresqlDatabase implements JudgeDatabase {
  /** Through the proxy. */
  readonly url: string
  private readonly name: string
  private readonly table: TableWorld

  private constructor(name: string, proxyPort: number, table: TableWorld) {
    this.name = name
    const url = new URL(urlOf(name))
    url.hostname = '127.0.0.1'
    url.port = String(proxyPort)
    this.url = url.href
    this.table = table
  }

  static async create(proxyPort: number, table: TableWorld): Promise<PostgresqlDatabase> {
    const name = `judge_${randomBytes(6).toString('hex')}`
    await onServer(`create database ${name} template template0`)
    return new PostgresqlDatabase(name, proxyPort, table)
  }

  async fill(rows: readonly Row[]): Promise<void> {
    await this.query(
      `create table people (id ${KEYS[this.table.key]} primary key, email text, job_title text, company text, refreshed_at ${this.table.instants})`,
    )
    await this.query(
      `insert into people select x.key::${KEYS[this.table.key]}, x.email, x."jobTitle", x.company, ${this.instant('x."refreshedAt"')}
       from json_to_recordset($1) as x(key text, email text, "jobTitle" text, company text, "refreshedAt" text)`,
      [JSON.stringify(rows)],
    )
  }

  async rows(): Promise<Row[]> {
    const at = this.table.instants === 'timestamp' ? `refreshed_at at time zone 'UTC'` : 'refreshed_at'
    const rows = await this.query(
      `select id::text as key, email, job_title, company, to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as refreshed_at from people order by id`,
    )
    return rows.map((row) => ({
      key: String(row.key),
      email: row.email as string | null,
      jobTitle: row.job_title as string | null,
      company: row.company as string | null,
      refreshedAt: row.refreshed_at as string | null,
    }))
  }

  async items(): Promise<Items | null> {
    try {
      return itemsOf((await this.query(itemsQuery('postgresql'))) as unknown as ItemRow[])
    } catch {
      return null
    }
  }

  async held(): Promise<number> {
    try {
      return Number((await this.query(heldQuery('postgresql')))[0]?.held ?? 0)
    } catch {
      return 0
    }
  }

  async change(key: string, column: 'email' | 'refreshed_at', value: string): Promise<void> {
    const written = column === 'refreshed_at' ? this.instant('$1') : '$1'
    await this.query(`update people set ${column} = ${written} where id::text = $2`, [value, key])
  }

  async lock(ms: number): Promise<{ readonly released: Promise<void> }> {
    const client = new pg.Client({ connectionString: urlOf(this.name) })
    await client.connect()
    await client.query('begin')
    await client.query('lock table people in exclusive mode')
    return { released: sleep(ms).then(() => client.end()) }
  }

  async backup(): Promise<void> {
    await this.copy(this.name, `${this.name}_backup`)
  }

  async restore(): Promise<void> {
    await this.copy(`${this.name}_backup`, this.name)
  }

  async drop(): Promise<void> {
    await onServer(`drop database if exists ${this.name} with (force)`)
    await onServer(`drop database if exists ${this.name}_backup with (force)`)
  }

  private async copy(from: string, to: string): Promise<void> {
    await onServer(`drop database if exists ${to} with (force)`)
    // What a killed process left connected would be in the way.
    await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from}'`)
    await onServer(`create database ${to} template ${from}`)
  }

  private instant(text: string): string {
    return this.table.instants === 'timestamp' ? `${text}::timestamptz at time zone 'UTC'` : `${text}::timestamptz`
  }

  private query(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return withClient(urlOf(this.name), async (client) => (await client.query(sql, [...values])).rows)
  }
}

function urlOf(database: string): string {
  const url = new URL(POSTGRES_URL)
  url.pathname = `/${database}`
  return url.href
}

async function onServer(statement: string): Promise<void> {
  await withClient(POSTGRES_URL, (client) => client.query(statement))
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
