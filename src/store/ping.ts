import { InputError } from '../domain/errors.ts'
import { asDatabaseError, driverError } from './database-error.ts'
import { errorCodes } from './dialect/dialect-of.ts'
import { type Db, raw } from './sql.ts'

/**
 * Makes sure that a database that was just opened answers. Throws InputError where it lets nobody in, or is no
 * database, and DatabaseUnavailableError where waiting may help.
 */
export async function ping({ client }: { readonly client: Db }): Promise<void> {
  try {
    await client.$queryRaw(raw('SELECT 1'))
  } catch (error) {
    throw asOpeningError(error)
  }
}

/** What the database said when it was opened, as an error of the config's where it is one. */
export function asOpeningError(error: unknown): unknown {
  const said = driverError(error)
  if (said === null || !errorCodes.isRefusingToOpen(said.code)) return asDatabaseError(error)
  const allowed = 'a database that exists and lets this user in'
  return new InputError('DATABASE_REFUSED', [{ path: 'database.url', found: said.message, allowed }])
}
