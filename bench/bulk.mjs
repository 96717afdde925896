// Bulk calls: records a second in bulk calls of 100 against a vendor that answers at once, the vendor's own time apart,
// and side by side against one call after another where each call takes a while.
import { benchConfig, built, cpuSince, peopleDatabase, startVendor } from './support.mjs'

export const BULK = {
  maxRecords: 100,
  request: (records) => ({
    method: 'POST',
    path: '/v1/bulk',
    json: { requests: records.map((r) => ({ email: r.email })) },
  }),
  results: (body) => body.map(({ status, data }) => ({ status, data })),
}

/** Records a second from the first checkpoint to the last. */
export async function bulk(dialect, records, { maxConcurrent = 8, latencyMs = 0, warmUp = 5_000, changes = {} } = {}) {
  const vendor = await startVendor((records + warmUp) * 4, { latencyMs })
  const database = await peopleDatabase(dialect, records + warmUp + 10)
  const { run } = await built('index.js')
  const base = benchConfig(database.url, vendor.url, maxConcurrent, changes)
  const { single: _, ...vendorConfig } = base.vendor
  const config = { ...base, vendor: { ...vendorConfig, bulk: BULK } }
  const measured = async (limit) => {
    const cpu = process.cpuUsage()
    let firstAt = 0
    let before = 0
    const onEvent = (event) => {
      if (event.type !== 'progress' || firstAt > 0 || event.summary.records.refreshed < 5) return
      firstAt = performance.now()
      before = event.summary.records.refreshed
    }
    const summary = await run(config, { limit }, { onEvent }).summary
    if (summary.records.refreshed !== limit) throw new Error(JSON.stringify(summary))
    const seconds = (performance.now() - firstAt) / 1000
    return { perSecond: (limit - before) / seconds, cpuUs: cpuSince(cpu) / limit }
  }
  if (warmUp > 0) await measured(warmUp)
  const result = await measured(records)
  vendor.stop()
  await database.drop()
  return result
}

const [dialect, records = '100000', maxConcurrent = '8', latencyMs = '0', keep] = process.argv.slice(2)
if (process.argv[1]?.endsWith('bulk.mjs') && dialect !== undefined) {
  const options = { maxConcurrent: Number(maxConcurrent), latencyMs: Number(latencyMs) }
  // So long that the pace is learned: a run begins near that of the run before.
  if (Number(latencyMs) > 0) options.warmUp = 1_000 * Number(maxConcurrent)
  if (keep === 'keep') options.changes = { keepReplies: '30d' }
  process.stdout.write(`${JSON.stringify(await bulk(dialect, Number(records), options))}\n`)
}
