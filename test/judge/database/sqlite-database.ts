import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { TableWorld } from '../world/world.ts'
import { heldQuery, type ItemRow, type Items, itemsOf, itemsQuery } from './items.ts'
import type { JudgeDatabase, Row } from './judge-database.ts'

const KEYS = { integer: 'integer', bigint: 'bigint', uuid: 'text', text: 'text' } as const
const FILES = ['', '-wal', '-shm'] as const

const LONGEST_LOCK_MS = 20_000

export class SqliteDatabase implements JudgeDatabase {
  readonly url: string
  private readonly file: string
  private readonly table: TableWorld

  constructor(folder: string, table: TableWorld) {
    this.file = join(folder, 'people.db')
    this.url = `file:${this.file}`
    this.table = table
  }

  async fill(rows: readonly Row[]): Promise<void> {
    this.with((database) => {
      database.pragma('journal_mode = WAL')
      database.exec(
        `create table people (id ${KEYS[this.table.key]} primary key not null, email text, job_title text, company text, refreshed_at ${this.table.instants})`,
      )
      const insert = database.prepare('insert into people values (?, ?, ?, ?, ?)')
      database.transaction(() => {
        for (const row of rows) insert.run(this.keyOf(row.key), row.email, row.jobTitle, row.company, this.instant(row))
      })()
    })
  }

  async rows(): Promise<Row[]> {
    return this.with((database) =>
      database
        .prepare('select cast(id as text) as key, * from people order by id')
        .all()
        .map((row) => ({
          key: String(row.key),
          email: text(row.email),
          jobTitle: text(row.job_title),
          company: text(row.company),
          refreshedAt: iso(row.refreshed_at),
        })),
    )
  }

  async items(): Promise<Items | null> {
    try {
      return itemsOf(this.with((database) => database.prepare(itemsQuery('sqlite')).all() as unknown as ItemRow[]))
    } catch {
      return null
    }
  }

  async held(): Promise<number> {
    try {
      return this.with((database) => Number(database.prepare(heldQuery('sqlite')).all()[0]?.held))
    } catch {
      return 0
    }
  }

  async change(key: string, column: 'email' | 'refreshed_at', value: string): Promise<void> {
    const written = column === 'refreshed_at' && this.table.instants === 'integer' ? Date.parse(value) : value
    await patiently(() =>
      this.with(
        (database) => database.prepare(`update people set ${column} = ? where cast(id as text) = ?`).run(written, key),
        0,
      ),
    )
  }

  async lock(ms: number): Promise<{ readonly released: Promise<void> }> {
    const database = new Database(this.file, { timeout: 0 })
    await patiently(() => database.exec('begin immediate'))
    return { released: sleep(ms).then(() => database.close()) }
  }

  async backup(): Promise<void> {
    for (const suffix of FILES) {
      rmSync(`${this.file}.backup${suffix}`, { force: true })
      if (existsSync(this.file + suffix)) copyFileSync(this.file + suffix, `${this.file}.backup${suffix}`)
    }
  }

  async restore(): Promise<void> {
    for (const suffix of FILES) {
      rmSync(this.file + suffix, { force: true })
      if (existsSync(`${this.file}.backup${suffix}`)) copyFileSync(`${this.file}.backup${suffix}`, this.file + suffix)
    }
  }

  async drop(): Promise<void> {
    for (const suffix of FILES) rmSync(this.file + suffix, { force: true })
  }

  private keyOf(key: string): string | bigint {
    return this.table.key === 'integer' || this.table.key === 'bigint' ? BigInt(key) : key
  }

  private instant({ refreshedAt }: Row): string | number | null {
    return refreshedAt !== null && this.table.instants === 'integer' ? Date.parse(refreshedAt) : refreshedAt
  }

  private with<T>(use: (database: Database) => T, timeout = LONGEST_LOCK_MS): T {
    const database = new Database(this.file, { timeout })
    try {
      return use(database)
    } finally {
      database.close()
    }
  }
}

/** The judge itself may hold the lock, and lets go of it only while it does not block. */
async function patiently(change: () => unknown): Promise<void> {
  for (const began = Date.now(); ; await sleep(50)) {
    try {
      return void change()
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() - began > LONGEST_LOCK_MS) throw error
    }
  }
}

function text(value: unknown): string | null {
  return value === null ? null : String(value)
}

function iso(value: unknown): string | null {
  return typeof value === 'number' ? new Date(value).toISOString() : text(value)
}
