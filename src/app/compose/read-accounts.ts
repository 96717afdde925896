import { type Accounts, checkedAccounts, type Fleet } from '../../config/fleet/fleet.ts'
import type { AccountsTools } from '../../config/options/accounts-options.ts'
import { InputError, messageOf, SpenddownError } from '../../domain/errors/errors.ts'
import { redactor } from '../../observability/logger.ts'
import { userQuery } from '../../store/user-query.ts'
import { withDatabase } from './with-database.ts'

/**
 * The accounts as they are now, with their secrets: to be let go of soon. `names`: those that are needed; there may be
 * others too. Throws InputError ACCOUNTS_UNREADABLE where
 * the config's function fails or answers no list, and DatabaseUnavailableError.
 */
export async function readAccounts(fleet: Fleet, names?: readonly string[]): Promise<Accounts> {
  const { accounts: source, database } = fleet
  if (typeof source !== 'function') return checkedAccounts(source)
  return withDatabase(database, async (connection) => {
    const query = (statement: string, values: readonly unknown[] = []) => userQuery(connection, statement, values)
    return checkedAccounts(await listFrom(fleet, () => source({ query, names } as AccountsTools)))
  })
}

async function listFrom({ secrets }: Fleet, read: () => unknown): Promise<readonly unknown[]> {
  const allowed = 'a function that answers a list of accounts, each with a `name`'
  const refused = (found: string) => new InputError('ACCOUNTS_UNREADABLE', [{ path: 'accounts', found, allowed }])
  let list: unknown
  try {
    list = await read()
  } catch (error) {
    if (error instanceof SpenddownError) throw error
    throw refused(`an error in the function: ${redactor(secrets)(messageOf(error)).trim()}`)
  }
  if (!Array.isArray(list)) throw refused(list === undefined ? 'nothing' : `no list (${typeof list})`)
  return list
}
