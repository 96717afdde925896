/** One of several accounts. Whatever else it holds is for the functions of the config. */
export interface AccountOptions {
  /** Its name, for ever: the ledger knows the account by the vendor's name and by this. 1 to 100 printable characters. */
  readonly name: string
}

/** An account of which nothing is known but its name. */
// biome-ignore lint/suspicious/noExplicitAny: the rest is what the author of the config has put there
export type AnyAccount = AccountOptions & Readonly<Record<string, any>>

/** What reads the accounts is given. */
export interface AccountsTools {
  /**
   * Rows of a statement on the config's database, a plain object each: `query('select id::text as name, … from tenants')`.
   * Values go as parameters, written as the database does ($1, or ?).
   */
  // biome-ignore lint/suspicious/noExplicitAny: a row is of whatever type its author knows it to be
  query<T extends object = any>(statement: string, values?: readonly unknown[]): Promise<T[]>
  /** Those that are needed now, where it is not all of them. With many thousands, read no others; otherwise ignore it. */
  readonly names?: readonly string[] | undefined
}

/** How many accounts are worked together. */
export interface FleetOptions {
  /** Letters, digits, '_', '-': which machines work together, where a database has the accounts of several configs. Default 'accounts'. */
  readonly name?: string
  /** A whole number: so many accounts are worked at once by one process. Default 10. */
  readonly accountsAtOnce?: number
  /**
   * 'redis://…' or 'rediss://…': where machines keep the limits together that accounts share (`limits.shared`). Needs the
   * package ioredis. Without it each machine keeps them for itself.
   */
  readonly redis?: string | undefined
}
