import { type Connection, connect } from '../store/client.ts'
import { jsonRows } from '../store/json-rows.ts'
import { raw, sql } from '../store/sql.ts'

/** How many people the demo's table holds. */
export const PEOPLE = 2_000
/** The oldest of them were refreshed so many days ago. */
const DAYS = 730

/** What the vendor knows of a person, now or at an earlier time. */
export type Told = (email: string, when: 'now' | 'once') => { readonly title: string; readonly company: string }

/** A SQLite database of people, most of them refreshed in the last two years; more of the older records have changed. */
export function makePeople(file: string, now: number, told: Told): Promise<void> {
  return withDatabase(file, async ({ client }) => {
    await client.$executeRaw(
      raw('CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, job_title TEXT, company TEXT, refreshed_at TEXT)'),
    )
    const rows = Array.from({ length: PEOPLE }, (_, at) => {
      const id = at + 1
      // Spread evenly but in no order; every seventh was never refreshed.
      const days = 1 + ((id * 7919) % DAYS)
      const email = `person-${id}@example.com`
      if (id % 7 === 0) return [id, email, null, null, null]
      const { title, company } = told(email, (id * 4_799) % (2 * DAYS) < days ? 'once' : 'now')
      // People change their titles more often than their companies.
      const employer = id % 3 === 0 ? company : told(email, 'now').company
      return [id, email, title, employer, new Date(now - days * 86_400_000).toISOString()]
    })
    const columns = { id: 'bigint', email: 'text', job_title: 'text', company: 'text', refreshed_at: 'text' } as const
    await client.$executeRaw(sql`INSERT INTO people (id, email, job_title, company, refreshed_at)
      SELECT id, email, job_title, company, refreshed_at FROM (${jsonRows('sqlite', rows, columns)})`)
  })
}

/** How many people were refreshed since the instant. */
export function refreshedSince(file: string, since: number): Promise<number> {
  const at = new Date(since).toISOString()
  return withDatabase(file, async ({ client }) => {
    const [row] = await client.$queryRaw<{ n: bigint }[]>(
      sql`SELECT count(*) AS n FROM people WHERE refreshed_at >= ${at} AND job_title IS NOT NULL`,
    )
    return Number(row?.n ?? 0)
  })
}

async function withDatabase<T>(file: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect(`file:${file}`, 'sqlite')
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}
