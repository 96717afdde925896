import { jsonRows } from '../../../src/store/json-rows.ts'
import { type Dialect, raw, sql } from '../../../src/store/sql.ts'
import type { TestDatabase } from '../../support/databases/databases.ts'
import { INSTANT, instantLiteral } from '../../support/databases/of-database.ts'

/** One row of the table; what is left out follows from the id. */
export interface Person {
  readonly id: number
  /** ISO 8601; null: never refreshed. */
  readonly refreshedAt?: string | null
  readonly email?: string | null
  readonly country?: string
}

const FIRST_DAY = Date.UTC(2020, 0, 1)

/** The instant at which a person was refreshed before any test: the lower the id, the longer ago. */
export function staleAt(id: number): string {
  return new Date(FIRST_DAY + id * 86_400_000).toISOString()
}

/** Makes the table `people` as a user would have it, with columns that no config names. */
export async function makePeople(
  { connection, dialect }: TestDatabase,
  people: number | readonly Person[],
  instant = INSTANT[dialect],
): Promise<void> {
  await connection.client.$executeRaw(
    raw(`CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, country TEXT, job_title TEXT, company TEXT,
      note TEXT, refreshed_at ${instant})`),
  )
  const list: readonly Person[] =
    typeof people === 'number' ? Array.from({ length: people }, (_, at) => ({ id: at + 1 })) : people
  const rows = list.map(({ id, refreshedAt, email, country }) => [
    id,
    email === undefined ? `p${id}@example.com` : email,
    country ?? (id % 2 === 0 ? 'DE' : 'US'),
    `note ${id}`,
    stored(dialect, refreshedAt === undefined ? staleAt(id) : refreshedAt, instant),
  ])
  const batch = jsonRows(dialect, rows, { id: 'bigint', email: 'text', country: 'text', note: 'text', at: 'text' })
  const cast = dialect === 'sqlite' ? (instant === 'INTEGER' ? 'INTEGER' : 'TEXT') : instant
  await connection.client.$executeRaw(sql`
    INSERT INTO people (id, email, country, job_title, company, note, refreshed_at)
    SELECT v.id, v.email, v.country, 'before', 'before', v.note, ${dialect === 'mysql' ? raw('v.at') : raw(`CAST(v.at AS ${cast})`)} FROM (${batch}) AS v`)
}

function stored(dialect: Dialect, at: string | null, instant: string): string | null {
  if (at === null) return null
  return instant === 'INTEGER' ? String(Date.parse(at)) : instantLiteral(dialect, at)
}
