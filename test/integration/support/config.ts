import type { JobOptions, RecordsOptions, SpenddownConfig, VendorOptions } from '../../../src/index.ts'
import { farCycle } from '../../support/far-cycle.ts'

type CreditsOptions = NonNullable<VendorOptions['credits']>

/** What a test has otherwise than the config below. A part that is undefined is left out. */
export interface Changes {
  readonly vendor?: Partial<VendorOptions>
  readonly credits?: Partial<CreditsOptions>
  readonly records?: Partial<RecordsOptions>
  /** The only job. */
  readonly job?: JobOptions
  readonly jobs?: SpenddownConfig['jobs']
  readonly lease?: string
}

export interface Places {
  readonly database: string
  readonly vendor: string
  readonly folder: string
}

const charged: CreditsOptions['charged'] = (reply) => reply.headers['x-credits-charged']
const remaining: CreditsOptions['remaining'] = (reply) => reply.headers['x-credits-remaining']

/** Where balances come from, for `credits`. */
export const balances = {
  endpoint: { path: '/v1/account', remaining: (body) => body.credits.remaining } as NonNullable<
    CreditsOptions['balance']
  >,
  replies: remaining,
  charged,
}

/** The config of the tests: a table of people, and the simulator with its headers and its balance endpoint. */
export function configFor({ database, vendor, folder }: Places, changes: Changes): SpenddownConfig {
  return {
    database: { url: database },
    journalDir: folder,
    ...(changes.lease === undefined ? {} : { lease: changes.lease }),
    vendor: sound({
      name: 'simulated',
      baseUrl: vendor,
      single: {
        request: (record) => ({ path: '/v1/enrich', query: { email: record.email } }),
        data: (body) => body.data,
      },
      timeoutMs: 2_000,
      limits: { maxConcurrent: 8 },
      ...changes.vendor,
      credits: sound({
        cost: { per: 'match' as const, credits: 1 },
        charged,
        remaining,
        balance: balances.endpoint,
        cycle: farCycle(),
        ...changes.credits,
      }),
    }),
    records: sound({
      table: 'people',
      key: 'id',
      refreshedAt: 'refreshed_at',
      eligible: { email: { not: null } },
      update: { job_title: 'job_title', company: (data) => data.job_company_name },
      ...changes.records,
    }),
    jobs: changes.jobs ?? { 'month-end': changes.job ?? {} },
  }
}

function sound<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T
}
