import { type Dialect, raw } from '../../../src/store/sql.ts'
import type { TestDatabase } from '../../support/databases/databases.ts'
import { ownTable } from '../../support/databases/of-database.ts'

/** A run's own sums, in credits, as a test reads them past all of spenddown's code. */
export interface RunRow {
  readonly no: number
  readonly id: string
  readonly status: string
  readonly budget: number
  readonly spent: number
  readonly held: number
  readonly unknown: number
  readonly refreshed: number
  readonly notFound: number
  readonly selected: number
  readonly unknownCalls: number
}

export interface PersonRow {
  readonly id: number
  readonly email: string
  readonly title: string
  readonly echo: string | null
  readonly refreshedAt: string | null
}

const MICRO = 1_000_000

const LENGTH: Readonly<Record<Dialect, string>> = {
  sqlite: 'json_array_length(items)',
  postgresql: 'jsonb_array_length(items::jsonb)',
  mysql: 'json_length(items)',
}

const SHOWN_INSTANT: Readonly<Record<Dialect, string>> = {
  sqlite: 'refreshed_at',
  postgresql: `to_char(refreshed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  mysql: "concat(left(date_format(refreshed_at, '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')",
}

/** Looks into a test's database; tables that are not there yet count as empty. */
export class DatabaseView {
  readonly #database: TestDatabase

  constructor(database: TestDatabase) {
    this.#database = database
  }

  async runs(): Promise<RunRow[]> {
    const rows = await this.#rows(`SELECT no, id, status, budget, spent, held, unknown, refreshed, not_found, selected,
      calls_unknown FROM ${this.#own('run')} ORDER BY no`)
    return rows.map((row) => ({
      no: Number(row.no),
      id: String(row.id),
      status: String(row.status),
      budget: Number(row.budget) / MICRO,
      spent: Number(row.spent) / MICRO,
      held: Number(row.held) / MICRO,
      unknown: Number(row.unknown) / MICRO,
      refreshed: Number(row.refreshed),
      notFound: Number(row.not_found),
      selected: Number(row.selected),
      unknownCalls: Number(row.calls_unknown),
    }))
  }

  /** What the order of the latest run expected of the records that it has selected; null: it has no such order. */
  async expected(): Promise<{ readonly records: number } | null> {
    const [row] = await this.#rows(`SELECT expected FROM ${this.#own('run')} ORDER BY no DESC LIMIT 1`)
    return JSON.parse(String(row?.expected ?? null))
  }

  /** How many calls are in a state; of one run, or of all. */
  async calls(state: 'open' | 'submitted' | 'unknown'): Promise<number> {
    const [row] = await this.#rows(`SELECT count(*) AS n FROM ${this.#own('call')} WHERE state = '${state}'`)
    return Number(row?.n ?? 0)
  }

  /** How many records stand in open calls. */
  async recordsInOpenCalls(): Promise<number> {
    const length = LENGTH[this.#database.dialect]
    const [row] = await this.#rows(`SELECT sum(${length}) AS n FROM ${this.#own('call')} WHERE state = 'open'`)
    return Number(row?.n ?? 0)
  }

  /** What all unknown calls hold, in credits. */
  async heldByUnknownCalls(): Promise<number> {
    const [row] = await this.#rows(
      `SELECT coalesce(sum(reservation), 0) AS held FROM ${this.#own('call')} WHERE state = 'unknown'`,
    )
    return Number(row?.held ?? 0) / MICRO
  }

  /** Records that were in flight in two processes that died, and are not asked for again. */
  async setAside(): Promise<number> {
    const [row] = await this.#rows(
      `SELECT count(*) AS n FROM ${this.#own('item')} WHERE state = 'unknown' AND reason LIKE '%two processes that died%'`,
    )
    return Number(row?.n ?? 0)
  }

  /** How many items stand in each state. */
  async items(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.#rows(`SELECT state, count(*) AS n FROM ${this.#own('item')} GROUP BY state`)
    return Object.fromEntries(rows.map((row) => [String(row.state), Number(row.n)]))
  }

  async people(): Promise<PersonRow[]> {
    const instant = SHOWN_INSTANT[this.#database.dialect]
    const rows = await this.#rows(
      `SELECT id, email, job_title, echo, ${instant} AS refreshed_at FROM people ORDER BY id`,
    )
    return rows.map((row) => ({
      id: Number(row.id),
      email: String(row.email),
      title: String(row.job_title),
      echo: row.echo === null ? null : String(row.echo),
      refreshedAt: row.refreshed_at === null ? null : String(row.refreshed_at),
    }))
  }

  /** What is remembered of each record's looks, by its key. */
  async looks(): Promise<
    { key: number; looks: number; changed: number; days: number; found: number; missed: number }[]
  > {
    const rows = await this.#rows(`SELECT "key", looks, changed, found, missed,
      unchanged_ms + changed_ms AS ms FROM ${this.#own('memory')}`)
    const number = Number
    return rows.map(({ key, looks, changed, found, missed, ms }) => ({
      ...{ key: number(key), looks: number(looks), changed: number(changed), found: number(found) },
      ...{ missed: number(missed), days: number(ms) / 86_400_000 },
    }))
  }

  /** Makes the lease look as if a process of another machine held it. */
  async moveLease(expiresInMs: number): Promise<void> {
    await this.#write(
      `UPDATE ${this.#own('account')} SET lease_token = lease_token + 1, holder = 'someone', machine = 'elsewhere/1/2', pid = 1,
        process_started_at = '1', lease_expires_at = ${Date.now() + expiresInMs}`,
    )
  }

  async renewLease(expiresInMs: number): Promise<void> {
    await this.#write(`UPDATE ${this.#own('account')} SET lease_expires_at = ${Date.now() + expiresInMs}`)
  }

  async token(): Promise<number> {
    const [row] = await this.#rows(`SELECT lease_token FROM ${this.#own('account')}`)
    return Number(row?.lease_token ?? 0)
  }

  #own(table: string): string {
    return ownTable(this.#database.dialect, table)
  }

  async #write(statement: string): Promise<void> {
    await this.#database.connection.client.$executeRaw(raw(statement))
  }

  async #rows(statement: string): Promise<Record<string, unknown>[]> {
    try {
      return await this.#database.connection.client.$queryRaw<Record<string, unknown>[]>(raw(statement))
    } catch (error) {
      if (/no such table|does not exist|doesn't exist/.test(String(error))) return []
      throw error
    }
  }
}
