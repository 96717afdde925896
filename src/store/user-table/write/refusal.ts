import { driverError } from '../../database-error.ts'
import { errorCodes } from '../../dialect/dialect-of.ts'

const LONGEST = 300

/**
 * What the database has against a record's values, in its own words; null where the error is of another kind (the
 * connection, a lock, a full disk, a missing column), which says nothing of the record. Values are left out.
 */
export function refusalOf(error: unknown): string | null {
  const said = driverError(error)
  if (said === null) return null
  const message = errorCodes.refusalOf(said)
  return message !== null && message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message
}
