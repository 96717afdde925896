import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunOptions, RunSummary, SpenddownConfig } from '../../../src/index.ts'
import { type SimulatedVendor, startVendor, type VendorOptions } from '../../../src/simulator/vendor.ts'
import { type Dialect, raw } from '../../../src/store/sql.ts'
import { openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { ownTable, statementFor } from '../../support/databases/of-database.ts'
import { type Changes, configFor } from './config.ts'
import { makePeople, type Person } from './people.ts'
import { type Performed, perform, type Watching } from './perform.ts'

/** What a test begins with. */
export interface Setting {
  /** So many people, id 1 the stalest; or these. Default 20. */
  readonly people?: number | readonly Person[]
  readonly vendor?: VendorOptions
  /** The type of refreshed_at. */
  readonly instant?: string
}

/** A table of people, a vendor over HTTP, and a folder for the journal. */
export interface Stage {
  readonly dialect: Dialect
  readonly database: TestDatabase
  readonly vendor: SimulatedVendor
  /** Before any run, epoch ms. */
  readonly beganAt: number
  config(changes?: Changes): SpenddownConfig
  /** Runs the job to its end. */
  run(changes?: Changes, what?: RunOptions, watching?: Watching): Promise<Performed>
  rows(statement: string): Promise<Record<string, unknown>[]>
  execute(...statements: string[]): Promise<void>
  /** A table of spenddown's own. */
  own(table: string): string
  /** Ids of the people that carry fresh data, in order. */
  refreshed(): Promise<number[]>
  /** Ids in the order in which the vendor was asked and paid. */
  billed(): number[]
  clear(): Promise<void>
}

export async function setStage(dialect: Dialect, setting: Setting = {}): Promise<Stage> {
  const database = await openDatabase(dialect)
  await makePeople(database, setting.people ?? 20, setting.instant)
  const vendor = await startVendor({ allotment: 1_000, ...setting.vendor })
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-stage-'))
  const rows = (statement: string) => database.connection.client.$queryRaw<Record<string, unknown>[]>(raw(statement))
  const config = (changes: Changes = {}) => configFor({ database: database.url, vendor: vendor.url, folder }, changes)
  return {
    dialect,
    database,
    vendor,
    beganAt: Date.now(),
    config,
    run: (changes = {}, what = {}, watching = {}) => perform(config(changes), what, watching),
    rows,
    execute: async (...statements) => {
      for (const statement of statements)
        await database.connection.client.$executeRaw(raw(statementFor(dialect, statement)))
    },
    own: (table) => ownTable(dialect, table),
    refreshed: async () =>
      (await rows(`SELECT id FROM people WHERE job_title <> 'before' ORDER BY id`)).map(({ id }) => Number(id)),
    billed: () => vendor.bill.entries().flatMap(({ records }) => records.map(idOf)),
    clear: async () => {
      await vendor.close()
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function emailOf(id: number | string): string {
  return `p${id}@example.com`
}

export function idOf(email: string): number {
  return Number(/\d+/.exec(email)?.[0])
}

/** The sums of a run that must agree with the vendor's bill, whatever happened. */
export function booksOf({ credits, records }: RunSummary, { vendor }: Pick<Stage, 'vendor'>) {
  return { spent: credits.spent, billed: vendor.bill.totals().lookupCredits, refreshed: records.refreshed }
}
