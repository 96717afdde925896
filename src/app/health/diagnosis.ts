/** What `doctor` has found: the JSON of `doctor --json`. */
export interface Diagnosis {
  /** Nothing has to be mended. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
}

/** What one check has found. */
export interface Finding {
  readonly check:
    | 'config'
    | 'database'
    | 'rights'
    | 'migrations'
    | 'table'
    | 'index'
    | 'vendor'
    | 'clock'
    | 'schedule'
    | 'reserve'
    | 'warning'
  readonly ok: boolean
  readonly found: string
  /** How to mend it, or if `ok` what to consider; null: nothing. */
  readonly mend: string | null
}
