// Replay: records a second that are mapped once more and written, and that turn out unchanged, with the memory it takes.
import { BULK } from './bulk.mjs'
import { benchConfig, built, peopleDatabase, startVendor } from './support.mjs'

export async function replaying(dialect, records, inBulk) {
  const vendor = await startVendor(records * 4)
  const database = await peopleDatabase(dialect, records + 10)
  const { run, replay } = await built('index.js')
  const config = benchConfig(database.url, vendor.url, inBulk ? 32 : 100, { keepReplies: '30d' })
  if (inBulk) {
    config.vendor.bulk = BULK
    delete config.vendor.single
  }
  const summary = await run(config, { limit: records }).summary
  if (summary.records.refreshed !== records) throw new Error(JSON.stringify(summary))
  const corrected = {
    ...config,
    records: { ...config.records, update: { job_title: 'job_company_name', company: 'job_title' } },
  }
  const timed = async (options, expected) => {
    const began = performance.now()
    const replayed = await replay(corrected, options)
    if (replayed.records[expected] !== records) throw new Error(JSON.stringify(replayed))
    return Math.round(records / ((performance.now() - began) / 1000))
  }
  const dryRun = await timed({ dryRun: true }, 'changed')
  const changed = await timed({}, 'changed')
  const unchanged = await timed({}, 'unchanged')
  vendor.stop()
  await database.drop()
  return { dryRun, changed, unchanged, maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024) }
}

const [dialect, records = '100000', how = 'bulk'] = process.argv.slice(2)
if (process.argv[1]?.endsWith('replay.mjs') && dialect !== undefined) {
  process.stdout.write(`${JSON.stringify(await replaying(dialect, Number(records), how === 'bulk'))}\n`)
}
