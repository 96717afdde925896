// `node bench/gain/make-large.mjs URL [ROWS]`: makes the table that `large.ts` asks, and what spenddown remembers of an eighth of it,
// which it refreshed in the last year.
import { connect } from '../../build/store/client.js'
import { ownTables } from '../../build/store/dialect/dialect-of.js'
import { migrate } from '../../build/store/migrations/migrate.js'
import { raw, sql } from '../../build/store/sql.js'

const [url = '', rows = '3000000'] = process.argv.slice(2)
const dialect = url.startsWith('file:') ? 'sqlite' : url.startsWith('postgres') ? 'postgresql' : 'mysql'
const connection = await connect(url, dialect)
const { client } = connection
await migrate(connection)
const DAY_MS = 86_400_000
const now = Date.now()
const type = { sqlite: 'TEXT', postgresql: 'timestamptz', mysql: 'datetime(3)' }[dialect]
const key = { sqlite: 'INTEGER', postgresql: 'bigint', mysql: 'bigint' }[dialect]
const short = dialect === 'mysql' ? 'varchar(40)' : 'text'
await client.$executeRaw(
  raw(`CREATE TABLE people (id ${key} PRIMARY KEY, email ${short}, seniority ${short}, job_title ${short},
    account_value double precision, refreshed_at ${type})`),
)
const GROUPS = ['cxo', 'director', 'manager', 'senior', 'intern']
const STEP = 20_000
let state = 7
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}
const stamp = (at) =>
  new Date(at)
    .toISOString()
    .replace('T', dialect === 'mysql' ? ' ' : 'T')
    .replace('Z', dialect === 'mysql' ? '' : 'Z')
const insert = (table, values) => client.$executeRaw(sql`INSERT INTO ${table} VALUES ${raw(values.join())}`)
const memory = sql`${ownTables(dialect).memory} (vendor, source, ${raw('"key"')}, tried_at, outcome, looks, changed, unchanged_ms, changed_ms, found, missed)`
const label = dialect === 'postgresql' ? 'public.people' : 'people'
for (let from = 1; from <= Number(rows); from += STEP) {
  const [people, seen] = [[], []]
  for (let id = from; id < Math.min(from + STEP, Number(rows) + 1); id += 1) {
    const group = Math.floor(random() * GROUPS.length)
    const isSeen = random() < 0.125
    const at = Math.round(now - random() * (isSeen ? 365 : 900) * DAY_MS)
    const refreshed = !isSeen && random() < 0.1 ? 'NULL' : `'${stamp(at)}'`
    const email = random() < 0.05 ? 'NULL' : `'p${id}@example.com'`
    people.push(`(${id}, ${email}, '${GROUPS[group]}', 'title ${id % 97}', ${Math.ceil(random() * 9)}, ${refreshed})`)
    if (!isSeen) continue
    const [rate, age] = [[0.1, 0.3, 0.5, 1, 2.5][group], Math.ceil(2 + random() * 500)]
    const changed = random() < -Math.expm1((-rate * age) / 365)
    const ms = age * DAY_MS
    seen.push(
      `('acme', '${label}', '${id}', ${at}, 'refreshed', 1, ${changed ? 1 : 0}, ${changed ? 0 : ms}, ${changed ? ms : 0}, 1, 0)`,
    )
  }
  await insert(raw('people'), people)
  if (seen.length > 0) await insert(memory, seen)
}
await client.$executeRaw(raw('CREATE INDEX people_refreshed ON people (refreshed_at)'))
for (const what of dialect === 'mysql' ? ['TABLE people', `TABLE ${ownTables(dialect).memory.sql}`] : [''])
  await client.$queryRawUnsafe(`ANALYZE ${what}`)
await connection.close()
