import type * as z from 'zod'
import { ACCOUNT_NAME, accountKey, isAccountName, LONGEST_KEY } from '../../domain/account/account-key.ts'
import { InputError, messageOf } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { Secrets } from '../../domain/secrets/secrets.ts'
import type { DatabaseConfig } from '../config.ts'
import { notAnObject, type ResolvedConfig, resolveConfig } from '../resolve-config.ts'
import { fleetSchema } from '../schema/fleet-schema.ts'
import { describeValue, problemsOf } from '../schema/problems.ts'
import { isPlainObject, type PlainObject } from '../schema/values/leaf.ts'
import { accountSecrets, type Environment, hideSecrets, secretsOf } from '../secrets.ts'

type Checked = z.output<ReturnType<typeof fleetSchema>>

/** The config of many accounts: what they share, where they come from, and the config of each. */
export interface Fleet extends Pick<Checked, 'notify' | 'heartbeat' | 'service' | 'report' | 'accounts'> {
  readonly database: DatabaseConfig
  /** The machines of one name share the accounts. */
  readonly name: string
  readonly accountsAtOnce: number
  /** Where machines keep shared limits together; null: each for itself. */
  readonly redis: string | null
  readonly leaseMs: number
  /** Of what the accounts share. */
  readonly secrets: Secrets
  readonly exposed?: readonly string[]
  /** The config of one account, as if it were the only one. Its problems are told with its name. */
  configOf(account: Account): ResolvedConfig
}

/** One of the accounts, as the user's list has it: with its secrets. */
export type Account = PlainObject & { readonly name: string }

/** An account that cannot be worked, and why. */
export interface WrongAccount {
  /** Its name, or its place in the list where that is what is wrong. */
  readonly name: string
  readonly problems: readonly Problem[]
}

export interface Accounts {
  /** In the order of the list. */
  readonly sound: readonly Account[]
  readonly wrong: readonly WrongAccount[]
}

interface Around {
  readonly cwd?: string
  readonly env?: Environment
}

export function isFleet(raw: unknown): raw is PlainObject {
  return isPlainObject(raw) && 'accounts' in raw
}

/** Checks what the accounts share. Throws InputError CONFIG_INVALID with all problems. */
export function fleetOf(raw: unknown, { cwd = process.cwd(), env = process.env }: Around = {}): Fleet {
  if (!isPlainObject(raw)) throw new InputError('CONFIG_INVALID', [notAnObject(raw)])
  const secrets = secretsOf(raw, env)
  const parsed = fleetSchema(cwd).safeParse(raw)
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, (found) => hideSecrets(found, secrets))
    throw new InputError('CONFIG_INVALID', problems)
  }
  const { database, notify, heartbeat, service, report, accounts, fleet, lease } = parsed.data
  return {
    database,
    notify,
    heartbeat,
    service,
    report,
    accounts,
    name: fleet.name,
    accountsAtOnce: fleet.accountsAtOnce,
    redis: fleet.redis ?? null,
    leaseMs: lease,
    secrets: new Secrets(secrets),
    configOf: (account) => resolveAccount(raw, account, { cwd, env }),
  }
}

function resolveAccount(raw: PlainObject, account: Account, around: Required<Around>): ResolvedConfig {
  const { accounts: _, fleet: __, ...shared } = raw
  const known = accountSecrets(account)
  const place = placeOf(account.name)
  const problems: Problem[] = []
  const parts = ['vendor', 'records', 'jobs'].flatMap((name) =>
    name in shared ? [[name, partOf(shared[name], account, { path: `${place}.${name}`, known, problems })]] : [],
  )
  if (problems.length > 0) return { problems, partial: {} }
  const resolved = resolveConfig({ ...shared, ...Object.fromEntries(parts) }, { ...around, known })
  if ('problems' in resolved) return { ...resolved, problems: resolved.problems.map((each) => placed(each, place)) }
  const { config } = resolved
  const key = accountKey(config.vendor.name, account.name)
  if (key.length > LONGEST_KEY) return { problems: [tooLong(place, key)], partial: {} }
  const vendor = { ...config.vendor, name: key }
  return { config: { ...config, vendor, account: account.name } }
}

function tooLong(place: string, key: string): Problem {
  const found = `a name that has ${key.length} characters together with the vendor's`
  return { path: `${place}.name`, found, allowed: `${LONGEST_KEY} characters together, as "vendor/account"` }
}

interface Place {
  readonly path: string
  readonly known: readonly string[]
  readonly problems: Problem[]
}

/** A part of the config as the account has it. Adds what is wrong to `problems`. */
function partOf(given: unknown, account: Account, { path, known, problems }: Place): unknown {
  if (typeof given !== 'function') return given
  try {
    const part: unknown = given(account)
    if (!(part instanceof Promise)) return part
    part.catch(() => undefined)
    const hint = 'What it needs belongs into the account: `accounts` may be an async function.'
    problems.push({ path, found: 'a function that answers a promise', allowed: 'a function of the account', hint })
  } catch (error) {
    const found = `an error in the function: ${hideSecrets(messageOf(error), known)}`
    problems.push({ path, found, allowed: 'a function of the account that answers this part of the config' })
  }
  return undefined
}

function placeOf(name: string): string {
  return `accounts[${JSON.stringify(name)}]`
}

function placed(problem: Problem, place: string): Problem {
  const rest = problem.path.startsWith('[') ? problem.path : `.${problem.path}`
  return { ...problem, path: `${place}${rest}` }
}

/** Sorts out what has no name, or a name that another has too: of those nobody can know which is meant. */
export function checkedAccounts(list: readonly unknown[]): Accounts {
  const counts = new Map<unknown, number>()
  for (const each of list) if (isPlainObject(each)) counts.set(each.name, (counts.get(each.name) ?? 0) + 1)
  const sound: Account[] = []
  const wrong: WrongAccount[] = []
  for (const [at, each] of list.entries()) {
    const problem = accountProblem(each, at, counts)
    if (problem === null) sound.push(each as Account)
    else wrong.push({ name: nameOf(each) ?? `accounts[${at}]`, problems: [problem] })
  }
  return { sound, wrong }
}

function nameOf(account: unknown): string | null {
  return isPlainObject(account) && isAccountName(account.name) ? account.name : null
}

function accountProblem(account: unknown, at: number, counts: ReadonlyMap<unknown, number>): Problem | null {
  const path = `accounts[${at}]`
  if (!isPlainObject(account)) return { path, found: describeKind(account), allowed: 'an object with a `name`' }
  const { name } = account
  if (!isAccountName(name)) {
    const hint = typeof name === 'number' || typeof name === 'bigint' ? 'Write it as text.' : undefined
    const found = describeValue(name)
    return { path: `${path}.name`, found, allowed: ACCOUNT_NAME, ...(hint === undefined ? {} : { hint }) }
  }
  const count = counts.get(name) ?? 0
  if (count < 2) return null
  const hint = 'None of them is worked: the ledger could not tell them apart.'
  return { path: `${path}.name`, found: `${JSON.stringify(name)}, ${count} times`, allowed: 'a name of its own', hint }
}

/** A text may be a key. */
function describeKind(value: unknown): string {
  return typeof value === 'string' ? 'text' : describeValue(value)
}
