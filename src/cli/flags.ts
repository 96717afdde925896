/** What every command takes. */
export interface CommonFlags {
  readonly config?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** What looks at runs. */
export interface ScopeFlags extends CommonFlags {
  readonly allVendors?: boolean
}

/** What selects records. */
export interface RunFlags extends CommonFlags {
  readonly where?: string
  readonly filter: readonly string[]
  readonly ids?: string
  readonly idsFile?: string
  readonly limit?: number
  readonly budget?: number
  readonly reserve?: number | string
  readonly dryRun?: boolean
  readonly new?: boolean
}

/** What selects one record to try. */
export interface TryFlags extends CommonFlags {
  readonly where?: string
  readonly filter: readonly string[]
  readonly ids?: string
  readonly showRequest?: boolean
  readonly yes?: boolean
}

/** What an import takes. */
export interface ImportFlags extends CommonFlags {
  /** Checked with the rest of the request. */
  readonly format?: 'jsonl' | 'csv'
  readonly rejects?: string
  readonly batch?: number
  readonly limit?: number
  readonly dryRun?: boolean
}
