import type { Config } from '../../config/config.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { accountIn } from '../../domain/account/account-key.ts'
import { findRun } from '../../store/runs/runs.ts'
import { configOf, namedAccounts, oneAccount } from '../compose/choose-accounts.ts'
import { readAccounts } from '../compose/read-accounts.ts'
import { readDatabase } from '../compose/with-database.ts'

/** The config of the account that is named, or else of the run's, or else of the only one there is. Throws InputError. */
export async function oneConfig(fleet: Fleet, names: readonly string[], runId: string | null): Promise<Config> {
  return configOf(fleet, oneAccount(await readAccounts(fleet), await namesFor(fleet, names, runId)))
}

/** The same for each of several accounts that are named. */
export async function namedConfigs(fleet: Fleet, names: readonly string[], runId: string | null): Promise<Config[]> {
  const accounts = await readAccounts(fleet)
  const known = await namesFor(fleet, names, runId)
  const chosen = known.length > 1 ? namedAccounts(accounts, known) : [oneAccount(accounts, known)]
  return chosen.map((account) => configOf(fleet, account))
}

async function namesFor(fleet: Fleet, names: readonly string[], runId: string | null): Promise<readonly string[]> {
  if (names.length > 0 || runId === null) return names
  const run = await readDatabase(
    fleet.database,
    ({ client }) => findRun(client, runId),
    () => null,
  )
  const account = run === null ? null : accountIn(run.vendor)
  return account === null ? [] : [account]
}
