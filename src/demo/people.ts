import { type Connection, connect } from '../store/client.ts'
import { jsonRows } from '../store/json-rows.ts'
import { raw, sql } from '../store/sql.ts'

/** How many people the demo's table holds. */
export const PEOPLE = 2_000

/** Makes a SQLite database with a table of people, most of them refreshed some time in the last two years. */
export async function makePeople(file: string, now: number): Promise<void> {
  const connection = await connect(`file:${file}`, 'sqlite')
  try {
    await fill(connection, now)
  } finally {
    await connection.close()
  }
}

async function fill({ client }: Connection, now: number): Promise<void> {
  await client.$executeRaw(
    raw('CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT, job_title TEXT, company TEXT, refreshed_at TEXT)'),
  )
  const rows = Array.from({ length: PEOPLE }, (_, at) => {
    const id = at + 1
    // Spread evenly but in no order; every seventh was never refreshed.
    const age = ((id * 7919) % 730) * 86_400_000
    return [id, `person-${id}@example.com`, id % 7 === 0 ? null : new Date(now - age).toISOString()]
  })
  const batch = jsonRows('sqlite', rows, { id: 'bigint', email: 'text', refreshed_at: 'text' })
  await client.$executeRaw(
    sql`INSERT INTO people (id, email, refreshed_at) SELECT id, email, refreshed_at FROM (${batch})`,
  )
}

/** How many people carry fresh data since the instant. */
export async function refreshedSince(file: string, since: number): Promise<number> {
  const connection = await connect(`file:${file}`, 'sqlite')
  try {
    const at = new Date(since).toISOString()
    const [row] = await connection.client.$queryRaw<{ n: bigint }[]>(
      sql`SELECT count(*) AS n FROM people WHERE refreshed_at >= ${at} AND job_title IS NOT NULL`,
    )
    return Number(row?.n ?? 0)
  } finally {
    await connection.close()
  }
}
