import type { Config } from '../../config/config.ts'
import type { Account, Accounts, Fleet, WrongAccount } from '../../config/fleet/fleet.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { nearestName, type Problem } from '../../domain/errors/problem.ts'
import { figure } from '../../domain/words/figure.ts'

const SHOWN = 10
const LIST = '`spenddown accounts` lists them.'

/**
 * The accounts of these names, or all where none is named. Throws InputError if a name is unknown, or names an account
 * that is wrong.
 */
export function namedAccounts({ sound, wrong }: Accounts, names: readonly string[]): readonly Account[] {
  if (names.length === 0) return sound
  const problems: Problem[] = []
  const named = [...new Set(names)].flatMap((name) => {
    const found = sound.find((account) => account.name === name)
    if (found === undefined) problems.push(...whyNot(name, sound, wrong))
    return found ?? []
  })
  if (problems.length > 0) throw new InputError('ACCOUNT_INVALID', problems)
  return named
}

/** The account of a command that is about one. Throws InputError where it is not clear which. */
export function oneAccount(accounts: Accounts, names: readonly string[]): Account {
  const named = namedAccounts(accounts, names)
  const [only] = named
  if (only !== undefined && named.length === 1) return only
  const all = [...accounts.sound, ...accounts.wrong].map(({ name }) => name)
  const found = names.length > 0 ? `${names.length} accounts` : countedNames(all)
  const allowed = '--account NAME, once: this command is about one account'
  throw new InputError('ACCOUNT_NEEDED', [{ path: '--account', found, allowed, hint: LIST }])
}

/** The config of one account. Throws InputError with all its problems. */
export function configOf(fleet: Fleet, account: Account): Config {
  const resolved = fleet.configOf(account)
  if ('problems' in resolved) throw new InputError('CONFIG_INVALID', resolved.problems)
  return { ...resolved.config, ...(fleet.exposed === undefined ? {} : { exposed: fleet.exposed }) }
}

function whyNot(name: string, sound: readonly Account[], wrong: readonly WrongAccount[]): readonly Problem[] {
  const refused = wrong.filter((each) => each.name === name).flatMap(({ problems }) => problems)
  if (refused.length > 0) return refused
  const names = sound.map((account) => account.name)
  const near = nearestName(name, names)
  const hint = near === undefined ? LIST : `Did you mean "${near}"?`
  return [{ path: '--account', found: `"${name}"`, allowed: `one of ${countedNames(names)}`, hint }]
}

/** "1,204 accounts: "a", "b", …": enough to see what they are called. */
function countedNames(names: readonly string[]): string {
  if (names.length === 0) return 'no accounts'
  const first = names.slice(0, SHOWN).map((name) => JSON.stringify(name))
  const more = names.length > SHOWN ? ', …' : ''
  return `${figure(names.length)} ${names.length === 1 ? 'account' : 'accounts'}: ${first.join(', ')}${more}`
}
