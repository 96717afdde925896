import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SimulatedVendor, startVendor, type VendorOptions } from '../../../src/simulator/vendor.ts'
import type { Dialect } from '../../../src/store/sql.ts'
import { makePeople } from '../../integration/support/people.ts'
import { openDatabase, type TestDatabase } from '../../support/databases/databases.ts'
import { farCycle } from '../../support/far-cycle.ts'
import { cli, type Said, type Started, startCli } from './cli.ts'

/** Never to be seen on stdout or stderr. */
export const SECRET = 'sk-live-4f9c2b7e1a'

/** Parts of the config, as source text. */
export interface Parts {
  readonly vendor?: string
  readonly credits?: string
  readonly records?: string
  readonly jobs?: string
  readonly top?: string
}

/** A folder with a config as a user writes it, a database full of people, and a vendor. */
export interface Office {
  readonly cwd: string
  readonly vendor: SimulatedVendor
  readonly database: TestDatabase
  readonly env: Readonly<Record<string, string>>
  /** Writes the config anew. */
  configure(parts: Parts, file?: string): void
  cli(args: readonly string[], input?: string): Promise<Said>
  start(args: readonly string[]): Started
  close(): Promise<void>
}

export async function openOffice(dialect: Dialect, people = 12, behaviour: VendorOptions = {}): Promise<Office> {
  const database = await openDatabase(dialect)
  await makePeople(database, people)
  const vendor = await startVendor({ allotment: 1_000, apiKey: SECRET, ...behaviour })
  const cwd = mkdtempSync(join(tmpdir(), 'spenddown-office-'))
  const env = { DATABASE_URL: database.url, ACME_API_KEY: SECRET, VENDOR_URL: vendor.url }
  const configure = (parts: Parts, file = 'spenddown.config.mjs') => writeFileSync(join(cwd, file), configText(parts))
  configure({})
  return {
    cwd,
    vendor,
    database,
    env,
    configure,
    cli: (args, input) => cli(args, { cwd, env, ...(input === undefined ? {} : { input }) }),
    start: (args) => startCli(args, { cwd, env }),
    close: async () => {
      await vendor.close()
      await database.drop()
      rmSync(cwd, { recursive: true, force: true })
    },
  }
}

/** The design's example, for the simulator. What a part repeats, it replaces. */
export function configText({
  vendor = '',
  credits = '',
  records = '',
  jobs = `'month-end': {}`,
  top = '',
}: Parts): string {
  return `import { defineConfig } from 'spenddown'

export default defineConfig({
  database: { url: process.env.DATABASE_URL },
  vendor: {
    name: 'acme',
    baseUrl: process.env.VENDOR_URL,
    headers: { 'x-api-key': process.env.ACME_API_KEY },
    single: {
      request: (record) => ({ method: 'GET', path: '/v1/enrich', query: { email: record.email } }),
      data: (body) => body.data,
    },
    timeoutMs: 2_000,
    credits: {
      cost: { per: 'match', credits: 1 },
      charged: (reply) => Number(reply.headers['x-credits-charged']),
      remaining: (reply) => Number(reply.headers['x-credits-remaining']),
      balance: { path: '/v1/account', remaining: (body) => body.credits.remaining },
      cycle: ${JSON.stringify(farCycle())},
      ${credits}
    },
    ${vendor}
  },
  records: {
    table: 'people',
    key: 'id',
    refreshedAt: 'refreshed_at',
    eligible: { email: { not: null } },
    update: { job_title: (data) => data.job_title, company: 'job_company_name' },
    ${records}
  },
  jobs: { ${jobs} },
  ${top}
})
`
}
