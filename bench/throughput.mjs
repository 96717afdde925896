// Calls a second against a vendor that answers at once, as a share of what bare got reaches with the same options,
// and CPU per record. Each measurement in a process of its own; the vendor in another.
import { Agent } from 'node:http'
import got from 'got'
import { benchConfig, built, cpuSince, peopleDatabase, startVendor } from './support.mjs'

const CONCURRENCY = 100

export async function bareGot(calls) {
  const vendor = await startVendor(calls * 4)
  const agent = { http: new Agent({ keepAlive: true, maxSockets: CONCURRENCY + 1 }) }
  const client = got.extend({ agent, retry: { limit: 0 }, throwHttpErrors: false, timeout: { request: 30_000 } })
  const lookUp = async (i) => {
    const reply = await client(`${vendor.url}/v1/enrich?email=person-${i}%40example.com`, { responseType: 'text' })
    JSON.parse(reply.body)
  }
  const make = async (count) => {
    let next = 0
    const one = async () => {
      while (next < count) await lookUp(next++)
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, one))
  }
  await make(Math.min(2_000, calls))
  const cpu = process.cpuUsage()
  const began = performance.now()
  await make(calls)
  const seconds = (performance.now() - began) / 1000
  const result = { perSecond: calls / seconds, cpuUs: cpuSince(cpu) / calls }
  vendor.stop()
  return result
}

export async function spenddown(dialect, calls, vendorChanges = {}) {
  const warmUp = 2_000
  const vendor = await startVendor(calls * 4)
  const database = await peopleDatabase(dialect, calls + warmUp + 10)
  const { run } = await built('index.js')
  const config = benchConfig(database.url, vendor.url, CONCURRENCY, vendorChanges)
  const measured = async (limit) => {
    const cpu = process.cpuUsage()
    let firstAt = 0
    const handle = run(
      config,
      { limit },
      {
        onEvent: (event) => {
          if (event.type === 'progress' && firstAt === 0) firstAt = performance.now()
        },
      },
    )
    const summary = await handle.summary
    if (summary.records.refreshed !== limit) throw new Error(JSON.stringify(summary))
    return { perSecond: limit / ((performance.now() - firstAt) / 1000), cpuUs: cpuSince(cpu) / limit }
  }
  await measured(warmUp)
  const result = await measured(calls)
  vendor.stop()
  await database.drop()
  return result
}

const [what, calls = '20000', keep] = process.argv.slice(2)
if (what !== undefined) {
  const changes = keep === 'keep' ? { keepReplies: '30d' } : {}
  const result = what === 'got' ? await bareGot(Number(calls)) : await spenddown(what, Number(calls), changes)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
