// A run over 10,000, 100,000 and 1,000,000 selected records: selecting, time to the first call of a resumed run,
// time per record and peak memory. Each size in a process of its own; the same number of records is worked each time.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { benchConfig, built, peopleDatabase, startVendor } from './support.mjs'

const CONCURRENCY = 100

/** Selects `selected` records, stops, resumes, and works `worked` of them. */
export async function scale(dialect, selected, worked) {
  const vendor = await startVendor(selected * 2)
  const database = await peopleDatabase(dialect, selected)
  const child = (what, ...args) => inProcess([what, dialect, database.url, vendor.url, ...args.map(String)])
  const begun = await child('begin')
  const resumed = await child('resume', worked)
  vendor.stop()
  await database.drop()
  return { selected, ...begun, ...resumed }
}

async function inProcess(args) {
  const script = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout) text += chunk
  return JSON.parse(text)
}

async function begin(config) {
  const { run } = await built('index.js')
  let selectedAt = 0
  const began = performance.now()
  const handle = run(
    config,
    {},
    {
      log: quiet((message) => {
        if (message === 'records selected') selectedAt = performance.now()
      }),
      onEvent: (event) => event.type === 'item' && handle.stop(),
    },
  )
  const { records } = await handle.summary
  return { selectSeconds: (selectedAt - began) / 1000, selectedRecords: records.selected }
}

async function goOn(config, worked) {
  const { resume } = await built('index.js')
  const began = performance.now()
  let firstMs = 0
  let firstItems = 0
  let doneAt = 0
  let items = 0
  const handle = resume(config, null, {
    onEvent: (event) => {
      if (event.type !== 'item') return
      items += 1
      if (firstMs === 0) firstMs = performance.now() - began
      if (items === 1_000) firstItems = performance.now()
      if (items === worked) {
        doneAt = performance.now()
        handle.stop()
      }
    },
  })
  await handle.summary
  const peakMiB = process.resourceUsage().maxRSS / 1024
  return { firstOutcomeMs: firstMs, usPerRecord: ((doneAt - firstItems) * 1000) / (worked - 1_000), peakMiB }
}

function quiet(listen) {
  const line = (_fields, message) => void listen(message)
  return { trace: line, debug: line, info: line, warn: line, error: line }
}

const [what, ...args] = process.argv.slice(2)
if (what === 'begin' || what === 'resume') {
  const [, database, vendor, worked] = args
  const config = benchConfig(database, vendor, CONCURRENCY)
  const result = what === 'begin' ? await begin(config) : await goOn(config, Number(worked))
  process.stdout.write(JSON.stringify(result))
} else if (what !== undefined) {
  process.stdout.write(`${JSON.stringify(await scale(what, Number(args[0]), Number(args[1] ?? 8_000)))}\n`)
}
