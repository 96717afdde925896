/** A world: all that happens in one game, as plain JSON. The same seed draws the same world. */
export interface World {
  readonly seed: number
  readonly database: 'sqlite' | 'postgresql' | 'mysql'
  readonly table: TableWorld
  readonly vendor: VendorWorld
  readonly job: JobWorld
  readonly script: readonly Step[]
}

export interface TableWorld {
  readonly records: number
  readonly key: 'integer' | 'bigint' | 'uuid' | 'text'
  /** Shares of the records. */
  readonly ineligible: number
  readonly neverRefreshed: number
  /** How `refreshed_at` is declared; SQLite takes text or integer, PostgreSQL timestamptz or timestamp, MySQL timestamp or datetime. */
  readonly instants: 'text' | 'integer' | 'timestamptz' | 'timestamp' | 'datetime'
}

export interface VendorWorld {
  readonly form: 'single' | 'by-position' | 'by-key'
  /** Records in a bulk call, at most. */
  readonly maxRecords: number
  /** In `by-key`: misses are left out, instead of told as 404. */
  readonly omitMisses: boolean
  /** A reply names a job, which is done after so many milliseconds; null: the reply is the result. */
  readonly jobMs: number | null
  readonly latencyMs: number
  readonly faults: Faults
  /** What the vendor really bears; more is refused with 429. */
  readonly limits: { readonly maxConcurrent: number | null; readonly perSecond: number | null }
  /** The config names the limits. */
  readonly limitsTold: boolean
  readonly retryAfterSeconds: number | null
  /** Honours idempotency keys, and what it says then that a repeat has cost; null: it does not, and the config knows. */
  readonly repeatCost: 'same' | 'zero' | 'silent' | null
  readonly cost: { readonly per: 'match' | 'record' | 'call'; readonly credits: number; readonly told: boolean }
  readonly balance: BalanceWorld
  /** The client's patience; what is billed late is billed well within it. */
  readonly timeoutMs: number
}

/** Shares of the calls, but for `miss`, which is of the records. */
export interface Faults {
  readonly miss: number
  readonly throttle: number
  readonly error: number
  /** The connection is reset, before and after the call was billed. */
  readonly resetBefore: number
  readonly resetAfter: number
  /** Billed, and never answered. */
  readonly silence: number
  /** Answered after half the client's patience to twice of it, billed at once or late. */
  readonly slow: number
  /** Billed after a while, whether or not the client is still there. */
  readonly lateBill: number
  readonly malformed: number
  readonly nested: number
  readonly huge: number
  /** The reply holds what belongs to another person. */
  readonly wrongRecord: number
  /** A bulk reply is one result short, or has a result under another's key, or a key twice and one that was not asked for. */
  readonly wrongShape: number
}

export interface BalanceWorld {
  readonly shown: 'header' | 'endpoint' | 'both' | 'none'
  readonly credits: number
  /** The endpoint lags so much, and says so; 0: it does not. */
  readonly lagMs: number
  /** Share of the replies whose header tells a false balance, and what it says then. */
  readonly falseShare: number
  readonly falseWord: '0' | '-1' | 'n/a'
  /** With each so-manieth call someone else spends so much; 0: nobody else does. */
  readonly othersEvery: number
  readonly othersCredits: number
}

export interface JobWorld {
  readonly budget: number | 'remaining'
  readonly reserve: number
  readonly limit: number | null
  readonly onUnknown: 'retry' | 'skip'
  readonly maxConcurrent: number | null
}

export type Step =
  | { readonly do: 'process'; readonly args: readonly string[]; readonly events: readonly Event[] }
  | { readonly do: 'backup' }
  | { readonly do: 'restore' }
  | { readonly do: 'others-spend'; readonly credits: number }

/** Something that happens to a process, once, when its moment has come. */
export interface Event {
  readonly moment: Moment
  readonly act: Act
}

/** Counted from the start of the process. `commit` counts those that pass the proxy: of a server, not of SQLite. */
export type Moment =
  | { readonly at: 'ms'; readonly n: number }
  /** The balance endpoint is asked. */
  | { readonly at: 'balance'; readonly n: number }
  | { readonly at: 'received' | 'billing' | 'billed' | 'answered'; readonly n: number }
  | { readonly at: 'commit' | 'committed'; readonly n: number }

export type Act =
  | { readonly do: 'kill' }
  | { readonly do: 'terminate' }
  | { readonly do: 'interrupt' }
  /** Stands still; meanwhile, where arguments are given, another process may overtake it. */
  | { readonly do: 'freeze'; readonly ms: number; readonly meanwhile: readonly string[] | null }
  | { readonly do: 'second-process'; readonly args: readonly string[] }
  | { readonly do: 'set-clock'; readonly seconds: number }
  | { readonly do: 'cut-database' }
  /** Someone else's transaction holds the table, in SQLite the database. */
  | { readonly do: 'lock-database'; readonly ms: number }
  | { readonly do: 'refuse-database'; readonly ms: number }
  | { readonly do: 'vendor-down'; readonly ms: number }
  | { readonly do: 'balance-down'; readonly ms: number }
  | { readonly do: 'change-row'; readonly column: 'email' | 'refreshed_at' }
