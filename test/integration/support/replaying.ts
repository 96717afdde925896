import { type ReplayOptions, type ReplaySummary, replay, type VendorOptions } from '../../../src/index.ts'
import type { Changes } from './config.ts'
import type { Stage } from './stage.ts'

/** The changes, with paid replies kept. */
export function keeping(changes: Changes = {}, keepReplies = '30d'): Changes {
  return { ...changes, vendor: { keepReplies, ...changes.vendor } }
}

export function replayOn(stage: Stage, changes: Changes = {}, options: ReplayOptions = {}): Promise<ReplaySummary> {
  return replay(stage.config(keeping(changes)), options)
}

/** What there is in the user's table and in spenddown's, but for who holds the lease. */
export async function everything(stage: Stage): Promise<unknown[]> {
  const tables = ['run', 'item', 'call', 'duplicate', 'memory'].map((name) => stage.own(name))
  const all = await Promise.all(
    ['people', ...tables].map((table) => stage.rows(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)),
  )
  const pages = await stage.rows(`SELECT run_no, checkpoint, part, not_refreshed FROM ${stage.own('reply_page')}`)
  return [
    ...all,
    pages.map((page) => JSON.stringify(page, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).sort(),
  ]
}

/** Bulk calls whose parts come in the order of the records. */
export const IN_ORDER: Partial<VendorOptions> = {
  single: undefined as never,
  bulk: {
    maxRecords: 10,
    request: (records) => ({
      method: 'POST',
      path: '/v1/bulk',
      json: { requests: records.map(({ email }) => ({ email })) },
    }),
    results: (body) => body.map(({ status, data }) => ({ status, data })),
  },
}

/** The same told apart by e-mail address, with misses left out; the functions would break on a record without one. */
export const BY_KEY: Partial<VendorOptions> = {
  single: undefined as never,
  bulk: {
    maxRecords: 10,
    request: (records) => ({
      method: 'POST',
      path: '/v1/bulk',
      json: { requests: records.map(({ email }) => ({ email })) },
    }),
    results: (body, records) => {
      for (const record of records) record.email.toLowerCase()
      return body.flatMap(({ status, data }) => (data === null ? [] : [{ key: data.key, status, data }]))
    },
    key: (record) => record.email.toLowerCase(),
  },
}

/** A mapping that is wrong and works, and one that finds nothing. The right one is the stage's own. */
export const WRONG = { job_title: 'job_company_name', company: 'job_title' }
export const USELESS = { job_title: 'person.title' }
