import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyAccount, SpenddownConfig, VendorOptions } from '../../../src/index.ts'
import { type VendorOptions as Behaviour, type SimulatedVendor, startVendor } from '../../../src/simulator/vendor.ts'
import { type Dialect, raw } from '../../../src/store/sql.ts'
import { openDatabase } from '../../support/databases/databases.ts'
import { configFor } from './config.ts'
import { makePeople } from './people.ts'

/** One tenant: an account of its own at a vendor, with a key and a bill of its own. */
export interface Tenant {
  readonly account: AnyAccount
  readonly vendor: SimulatedVendor
}

export interface Setting {
  readonly tenants: number
  /** People of each, whose `country` is the tenant's name. */
  readonly people: number
  /** How a tenant's vendor behaves. */
  readonly vendorOf?: (at: number) => Behaviour
}

/** A database of people of several tenants, each with an account at a vendor over HTTP. */
export type AccountsStage = Awaited<ReturnType<typeof setAccountsStage>>

export async function setAccountsStage(dialect: Dialect, { tenants: count, people, vendorOf }: Setting) {
  const database = await openDatabase(dialect)
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-accounts-'))
  const tenants: Tenant[] = []
  for (let at = 0; at < count; at++) {
    const name = `tenant-${at}`
    const apiKey = `key-of-${name}`
    const vendor = await startVendor({ apiKey, allotment: 20, seed: at + 1, ...vendorOf?.(at) })
    tenants.push({ account: { name, apiKey, url: vendor.url }, vendor })
  }
  await makePeople(
    database,
    Array.from({ length: count * people }, (_, at) => ({ id: at + 1, country: `tenant-${at % count}` })),
  )
  const rows = (statement: string) => database.connection.client.$queryRaw<Record<string, unknown>[]>(raw(statement))
  return {
    dialect,
    database,
    folder,
    tenants,
    rows,
    /** How many of a tenant's people carry fresh data. */
    refreshed: async (name: string) =>
      Number(
        (await rows(`SELECT count(*) AS n FROM people WHERE country = '${name}' AND job_title <> 'before'`))[0]?.n,
      ),
    own: (table: string) => (dialect === 'postgresql' ? `spenddown.${table}` : `spenddown_${table}`),
    clear: async () => {
      await Promise.all(tenants.map(({ vendor }) => vendor.close()))
      await database.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The config of such a stage: due now, with 2 credits of each account left for others. */
export function accountsConfig(
  { database, folder }: Pick<AccountsStage, 'database' | 'folder'>,
  accounts: readonly AnyAccount[],
  { vendor = {}, ...more }: { readonly vendor?: Partial<VendorOptions> } & Record<string, unknown> = {},
) {
  const resetAt = Date.now() + 3_600_000
  const job = { reserve: 2, schedule: { beforeReset: '12h' }, stopBeforeReset: '1m' }
  const places = (url: string) => ({ database: database.url, vendor: url, folder })
  const one = (account: AnyAccount): SpenddownConfig =>
    configFor(places(account.url ?? 'http://127.0.0.1:1'), {
      vendor: { headers: { 'x-api-key': account.apiKey }, unhealthyAfter: '3s', timeoutMs: 20_000, ...vendor },
      credits: { cycle: { resetsAt: () => new Date(resetAt) } },
      records: { eligible: { country: account.name } },
      job,
    })
  const { vendor: _, records: __, jobs, ...shared } = one({ name: '' })
  return {
    ...shared,
    report: false,
    accounts,
    vendor: (account: AnyAccount) => one(account).vendor,
    records: (account: AnyAccount) => one(account).records,
    jobs,
    ...more,
  }
}
