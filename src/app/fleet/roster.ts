import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Config } from '../../config/config.ts'
import type { Account, Fleet, WrongAccount } from '../../config/fleet/fleet.ts'
import { namedAccounts } from '../compose/choose-accounts.ts'
import { readAccounts } from '../compose/read-accounts.ts'
import { SharedCeilings } from '../compose/shared-ceilings.ts'

/** An account as it is remembered: without its secrets. */
export interface Entry {
  readonly name: string
  /** Its key in the ledger. */
  readonly key: string
  /** Of all that the account holds: what has changed is looked at anew. */
  readonly fingerprint: string
}

/** An account's config, with its secrets: to be let go of soon. */
export interface Opened {
  readonly entry: Entry
  readonly config: Config
}

export interface Roster {
  readonly entries: readonly Entry[]
  readonly wrong: readonly WrongAccount[]
}

type Checked = Entry | WrongAccount
type Known = Map<string, { readonly fingerprint: string; readonly checked: Checked }>

/**
 * The accounts of a config, read again and again. Of each it remembers a name, a key and a fingerprint; its config, with
 * the secrets, is made when it is asked for, and belongs to whoever asked.
 */
export class Accounts {
  readonly #fleet: Fleet
  /** Which are worked: all, where none is named. */
  readonly #names: readonly string[]
  readonly #ceilings: SharedCeilings
  #known: Known = new Map()
  #last: Roster | null = null

  constructor(fleet: Fleet, names: readonly string[] = [], ceilings = new SharedCeilings()) {
    this.#fleet = fleet
    this.#ceilings = ceilings
    this.#names = names
  }

  /** The accounts there are now. Throws as `readAccounts` does, and InputError where a name is unknown or wrong. */
  async read(): Promise<Roster> {
    const accounts = await readAccounts(this.#fleet)
    const known: Known = new Map()
    for (const account of namedAccounts(accounts, this.#names)) {
      const fingerprint = fingerprintOf(account)
      const before = this.#known.get(account.name)
      if (before?.fingerprint === fingerprint) known.set(account.name, before)
      else {
        known.set(account.name, { fingerprint, checked: this.#check(account, fingerprint) })
        // Checking a config takes some milliseconds: runs that are at work go on in between.
        await setImmediate()
      }
    }
    this.#known = known
    const all = [...known.values()].map(({ checked }) => checked)
    this.#last = {
      entries: all.filter((each) => 'key' in each),
      wrong: [...all.filter((each) => 'problems' in each), ...(this.#names.length === 0 ? accounts.wrong : [])],
    }
    return this.#last
  }

  /** As they were read last; null: not yet. */
  get last(): Roster | null {
    return this.#last
  }

  /** The configs of the accounts of these names, as they are now; of those that are gone or wrong, none. */
  async configsOf(names: readonly string[]): Promise<Opened[]> {
    const wanted = new Set(names)
    const { sound } = await readAccounts(this.#fleet, names)
    return sound.filter(({ name }) => wanted.has(name)).flatMap((account) => this.#opened(account) ?? [])
  }

  #opened(account: Account): Opened | null {
    const resolved = this.#fleet.configOf(account)
    if ('problems' in resolved) return null
    const { config } = resolved
    const entry = { name: account.name, key: config.vendor.name, fingerprint: fingerprintOf(account) }
    // The database is opened once, and one digest is sent, for all of them.
    const database = { ...config.database, shared: this.#fleet.database.shared }
    const ceiling = this.#ceilings.of(config)
    return { entry, config: { ...config, database, notify: [], ...(ceiling === undefined ? {} : { ceiling }) } }
  }

  #check(account: Account, fingerprint: string): Checked {
    const { name } = account
    const resolved = this.#fleet.configOf(account)
    return 'problems' in resolved
      ? { name, problems: resolved.problems }
      : { name, key: resolved.config.vendor.name, fingerprint }
  }
}

/** Secrets are in it, but cannot be read out of it. */
function fingerprintOf(account: Account): string {
  const text = JSON.stringify(account, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
