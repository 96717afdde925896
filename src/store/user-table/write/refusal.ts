import { driverError } from '../../database-error.ts'

/** SQLSTATE classes of PostgreSQL's own (https://www.postgresql.org/docs/current/errcodes-appendix.html, November 2026). */
const POSTGRESQL_CLASSES = new Set(
  '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F 40 42 44 53 54 55 57 58 72 F0 HV P0 XX'.split(
    ' ',
  ),
)
/** Bad data, a broken constraint, a view's check, more than an index can hold, an exception that a trigger raised. */
const REFUSING_CLASSES = new Set(['22', '23', '44', '54', 'P0'])
const REFUSING_SQLITE = /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/

const LONGEST = 300

/**
 * What the database has against a record's values, in its own words; null where the error is of another kind (the
 * connection, a lock, a full disk, a missing column), which says nothing of the record. Texts in quotes that follow
 * a colon are values, and are left out.
 */
export function refusalOf(error: unknown): string | null {
  const said = driverError(error)
  if (said === null || !(isSqlState(said.code) ? refusedByPostgresql(said.code) : REFUSING_SQLITE.test(said.code)))
    return null
  const message = said.code.startsWith('22') ? withoutValue(said.message) : said.message
  return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message
}

/** Prisma's own codes, from P1000 up, look like SQLSTATEs. */
function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && !/^P[1-9]/.test(code)
}

/** A trigger may raise an exception with a code of its own making: one whose class PostgreSQL does not use. */
function refusedByPostgresql(code: string): boolean {
  const group = code.slice(0, 2)
  return REFUSING_CLASSES.has(group) || !POSTGRESQL_CLASSES.has(group)
}

function withoutValue(message: string): string {
  return message.replace(/: ".*"$/s, '').replace(/^value ".*" is out of range/s, 'value is out of range')
}
