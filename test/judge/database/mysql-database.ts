import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, createConnection } from 'mariadb'
import { MYSQL_URL, mysqlUrl } from '../../support/databases/mysql-url.ts'
import type { TableWorld } from '../world/world.ts'
import { heldQuery, type ItemRow, type Items, itemsOf, itemsQuery } from './items.ts'
import type { JudgeDatabase, Row } from './judge-database.ts'

const KEYS = { integer: 'int', bigint: 'bigint', uuid: 'char(36)', text: 'varchar(100)' } as const

const SESSION = "set time_zone = '+00:00', innodb_lock_wait_timeout = 60"

export class MysqlDatabase implements JudgeDatabase {
  /** Through the proxy. */
  readonly url: string
  private readonly name: string
  private readonly table: TableWorld

  private constructor(name: string, proxyPort: number, table: TableWorld) {
    this.name = name
    const url = new URL(mysqlUrl(name))
    url.hostname = '127.0.0.1'
    url.port = String(proxyPort)
    this.url = url.href
    this.table = table
  }

  static async create(proxyPort: number, table: TableWorld): Promise<MysqlDatabase> {
    const name = `judge_${randomBytes(6).toString('hex')}`
    await withConnection(MYSQL_URL, (server) => server.query(`create database ${name} character set utf8mb4`))
    return new MysqlDatabase(name, proxyPort, table)
  }

  async fill(rows: readonly Row[]): Promise<void> {
    await this.with(async (database) => {
      await database.query(
        `create table people (id ${KEYS[this.table.key]} primary key, email varchar(200), job_title varchar(500), company varchar(500), refreshed_at ${this.table.instants}(3) null) engine = InnoDB`,
      )
      await database.batch(
        'insert into people values (?, ?, ?, ?, ?)',
        rows.map((row) => [row.key, row.email, row.jobTitle, row.company, written(row.refreshedAt)]),
      )
    })
  }

  async rows(): Promise<Row[]> {
    const rows = await this.query(
      `select cast(id as char) as k, email, job_title, company, date_format(refreshed_at, '%Y-%m-%dT%H:%i:%s.%f') as refreshed_at from people order by id`,
    )
    return rows.map((row) => ({
      key: String(row.k),
      email: row.email as string | null,
      jobTitle: row.job_title as string | null,
      company: row.company as string | null,
      refreshedAt: row.refreshed_at === null ? null : `${String(row.refreshed_at).slice(0, 23)}Z`,
    }))
  }

  async items(): Promise<Items | null> {
    try {
      return itemsOf((await this.query(itemsQuery('mysql'))) as unknown as ItemRow[])
    } catch {
      return null
    }
  }

  async held(): Promise<number> {
    try {
      return Number((await this.query(heldQuery('mysql')))[0]?.held ?? 0)
    } catch {
      return 0
    }
  }

  async change(key: string, column: 'email' | 'refreshed_at', value: string): Promise<void> {
    const text = column === 'refreshed_at' ? written(value) : value
    await this.query(`update people set ${column} = ? where cast(id as char) = ?`, [text, key])
  }

  /** Every row, as a long transaction of someone else's would. */
  async lock(ms: number): Promise<{ readonly released: Promise<void> }> {
    const database = await connected(mysqlUrl(this.name))
    await database.query('start transaction')
    await database.query('select id from people for update')
    return { released: sleep(ms).then(() => database.end()) }
  }

  async backup(): Promise<void> {
    await this.copy(this.name, `${this.name}_backup`)
  }

  async restore(): Promise<void> {
    await this.copy(`${this.name}_backup`, this.name)
  }

  async drop(): Promise<void> {
    await this.with(async (database) => {
      await database.query(`drop database if exists ${this.name}`)
      await database.query(`drop database if exists ${this.name}_backup`)
    })
  }

  /** No server copies a database: its tables are made again, with the same next key, and their rows copied. */
  private async copy(from: string, to: string): Promise<void> {
    await withConnection(MYSQL_URL, async (server) => {
      // What a killed process left connected would hold its locks.
      const left = await server.query('select id from information_schema.processlist where db in (?, ?)', [from, to])
      for (const { id } of left) await server.query(`kill ${id}`).catch(() => undefined)
      await server.query(`drop database if exists ${to}`)
      await server.query(`create database ${to} character set utf8mb4`)
      await server.query(`use ${to}`)
      const tables = await server.query(
        'select table_name as name from information_schema.tables where table_schema = ?',
        [from],
      )
      for (const { name } of tables) {
        const [made] = await server.query(`show create table ${from}.${name}`)
        await server.query(made['Create Table'])
        await server.query(`insert into ${name} select * from ${from}.${name}`)
      }
    })
  }

  private with<T>(use: (database: Connection) => Promise<T>): Promise<T> {
    return withConnection(mysqlUrl(this.name), use)
  }

  private query(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.with((database) => database.query(sql, [...values]))
  }
}

function written(instant: string | null): string | null {
  return instant === null ? null : instant.replace('T', ' ').replace('Z', '')
}

async function connected(url: string): Promise<Connection> {
  const connection = await createConnection(url.replace(/^mysql:/, 'mariadb:'))
  await connection.query(SESSION)
  return connection
}

async function withConnection<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connected(url)
  try {
    return await use(connection)
  } finally {
    await connection.end()
  }
}
