// An import of new people: lines a second and memory, beside one insert a line and beside the database's own bulk loader
// into the same table, in the same run. Usage: node bench/import.mjs [LINES] [ROUNDS]   (after `npm run build`)
// Without LINES 5,275,521, the file of a known story: 43 minutes on four cores, 2,045 lines a second.
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, createWriteStream, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built, machine } from './support.mjs'

const ADMIN = process.env.SPENDDOWN_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
const NAMES = ['email', 'name', 'country', 'job_title']
const COLUMNS = 'email text NOT NULL UNIQUE, name text, country text, job_title text'
/** One insert a line is slow: so many lines are enough to tell how slow. */
const ONE_BY_ONE = 3_000

const [what, ...args] = process.argv.slice(2)
const parts = { ours, 'one-by-one': oneByOne, again: ours }
if (what in parts) console.log(JSON.stringify(await parts[what](...args)))
else await all(Number(what ?? 5_275_521), Number(args[0] ?? 1))

async function all(lines, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'spenddown-bench-import-'))
  const files = { jsonl: join(folder, 'people.jsonl'), csv: join(folder, 'people.csv') }
  await generate(lines, files)
  console.log(`${machine()}; ${lines.toLocaleString('en-US')} lines, medians of ${rounds}`)
  console.log(
    '| database | one insert a line, lines/s | import, lines/s | bulk loader, lines/s | import / bulk loader | again, nothing new, lines/s | peak memory, MiB: first quarter, whole |',
  )
  console.log('|---|---|---|---|---|---|---|')
  for (const dialect of ['sqlite', 'postgresql']) {
    const figures = []
    for (let round = 0; round < rounds; round++) figures.push(await measure(dialect, lines, files, folder))
    const mid = (read) => figures.map(read).toSorted((a, b) => a - b)[Math.floor(rounds / 2)]
    const n = (read, digits = 0) => mid(read).toLocaleString('en-US', { maximumFractionDigits: digits })
    console.log(
      `| ${dialect} | ${n((f) => f.alone)} | ${n((f) => f.ours.perSecond)} | ${n((f) => f.bulk)} (${figures[0].loader}) | ${n((f) => f.ours.perSecond / f.bulk, 2)} | ${n((f) => f.again.perSecond)} | ${n((f) => f.ours.firstMiB)}, ${n((f) => f.ours.peakMiB)} |`,
    )
  }
  rmSync(folder, { recursive: true })
}

/** Each in a process of its own; the loader and the import into empty tables, one after the other. */
async function measure(dialect, lines, files, folder) {
  const child = (...given) =>
    JSON.parse(
      execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...given.map(String)], { encoding: 'utf8' }),
    )
  const at = await database(dialect, folder)
  await at.empty()
  const alone = child('one-by-one', dialect, at.url, files.jsonl)
  await at.empty()
  const { loader, seconds } = at.load(files.csv)
  const loaded = await at.count()
  if (loaded !== lines) throw new Error(`the bulk loader loaded ${loaded} of ${lines}`)
  await at.empty()
  const imported = child('ours', dialect, at.url, files.jsonl)
  const again = child('again', dialect, at.url, files.jsonl)
  if (imported.inserted !== lines || again.unchanged !== lines) throw new Error('not all lines went in')
  await at.drop()
  return { alone: alone.perSecond, ours: imported, again, loader, bulk: lines / seconds }
}

async function generate(lines, { jsonl, csv }) {
  const outs = [createWriteStream(jsonl), createWriteStream(csv)]
  let seed = 1
  for (let at = 0; at < lines; ) {
    const texts = ['', '']
    for (const end = Math.min(lines, at + 5_000); at < end; at++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff
      const [email, name, country, title] = [
        `p${seed}-${at}@example.com`,
        `Name ${at} Lastname`,
        at % 10 ? 'US' : 'DE',
        `Engineer ${at % 1000}`,
      ]
      texts[0] += `${JSON.stringify({ Email: email, name, address: { country, city: `Town ${at % 999}` }, title, phone: `+1555${at}` })}\n`
      texts[1] += `${[at + 1, email, name, country, title].join(',')}\n`
    }
    await Promise.all(outs.map((out, i) => new Promise((resolve) => out.write(texts[i], resolve))))
  }
  await Promise.all(outs.map((out) => new Promise((resolve) => out.end(resolve))))
}

async function database(dialect, folder) {
  const { connect } = await built('store/client.js')
  const { raw } = await built('store/sql.js')
  const name = `spenddown_bench_import_${process.pid}`
  const file = join(folder, 'people.db')
  const sqlite = dialect === 'sqlite'
  const url = sqlite ? `file:${file}` : ADMIN.replace(/\/[^/]*$/, `/${name}`)
  const run = async (at, statement) => {
    const connection = await connect(at, dialect)
    const rows = await connection.client.$queryRaw(raw(statement))
    await connection.close()
    return rows
  }
  const remove = async () => {
    if (sqlite) for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    else await run(ADMIN, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  const key = sqlite ? 'id INTEGER PRIMARY KEY' : 'id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY'
  return {
    url,
    drop: remove,
    async empty() {
      await remove()
      if (!sqlite) await run(ADMIN, `CREATE DATABASE ${name}`)
      await run(url, `CREATE TABLE people (${key}, ${COLUMNS}${sqlite ? '' : ', refreshed_at timestamptz'})`)
    },
    count: async () => Number((await run(url, 'SELECT CAST(count(*) AS bigint) AS n FROM people'))[0].n),
    load: (csv) => (sqlite ? loadSqlite(file, csv) : loadPostgresql(url, csv)),
  }
}

function loadPostgresql(url, csv) {
  const began = performance.now()
  execFileSync('psql', [url, '-q', '-c', `\\copy people (id, ${NAMES.join(', ')}) FROM '${csv}' WITH (FORMAT csv)`])
  return { loader: 'COPY', seconds: (performance.now() - began) / 1000 }
}

/** Without the sqlite3 program: a prepared insert for each row, all in one transaction. */
function loadSqlite(file, csv) {
  const pragmas = 'PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;'
  const began = performance.now()
  const found = spawnSync('sqlite3', [file], { input: `${pragmas}\n.mode csv\n.import ${csv} people\n` })
  if (found.error === undefined && found.status === 0)
    return { loader: '.import', seconds: (performance.now() - began) / 1000 }
  const script = `const db = require('better-sqlite3')(${JSON.stringify(file)}); db.exec('${pragmas}')
    const insert = db.prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?)')
    db.transaction(() => { for (const line of require('fs').readFileSync(${JSON.stringify(csv)}, 'latin1').split('\\n')) if (line) insert.run(line.split(',')) })()`
  execFileSync(process.execPath, ['-e', script], { cwd: fileURLToPath(new URL('..', import.meta.url)) })
  return { loader: 'prepared inserts', seconds: (performance.now() - began) / 1000 }
}

async function ours(dialect, url, file) {
  const { importRecords } = await built('index.js')
  const records = {
    table: 'people',
    key: 'id',
    update: { job_title: 'job_title' },
    import: { key: 'email', columns: { email: 'Email', name: 'name', country: 'address.country', job_title: 'title' } },
  }
  const credits = { allotment: 1, cost: { per: 'match', credits: 1 } }
  const vendor = { name: 'bench', baseUrl: 'http://127.0.0.1:9', single: { request: () => ({ path: '/' }) }, credits }
  let [firstMiB, peakMiB] = [0, 0]
  const onProgress = ({ position, size }) => {
    peakMiB = Math.max(peakMiB, process.memoryUsage.rss() / 2 ** 20)
    if (position < size / 4) firstMiB = peakMiB
  }
  const began = performance.now()
  const batch = process.env.BENCH_BATCH === undefined ? {} : { batch: Number(process.env.BENCH_BATCH) }
  const { summary } = importRecords({ database: { url }, vendor, records }, { file, ...batch }, { onProgress })
  const { read, inserted, unchanged } = await summary
  return { perSecond: (read * 1000) / (performance.now() - began), inserted, unchanged, firstMiB, peakMiB, dialect }
}

/** The whole may be longer than a string can be. */
function beginning(file) {
  const [bytes, descriptor] = [Buffer.alloc(1_000_000), openSync(file)]
  readSync(descriptor, bytes)
  closeSync(descriptor)
  return bytes.toString('utf8')
}

async function oneByOne(dialect, url, file) {
  const { connect } = await built('store/client.js')
  const { sql } = await built('store/sql.js')
  const { client, close } = await connect(url, dialect)
  const lines = beginning(file).split('\n').slice(0, ONE_BY_ONE)
  const began = performance.now()
  for (const line of lines) {
    const { Email, name, address, title } = JSON.parse(line)
    await client.$executeRaw(
      sql`INSERT INTO people (email, name, country, job_title) VALUES (${Email}, ${name}, ${address.country}, ${title})`,
    )
  }
  const perSecond = (lines.length * 1000) / (performance.now() - began)
  await close()
  return { perSecond }
}
