/** Each record's outcome in each run, by the run's id. */
export type Items = Map<string, Map<string, string>>

/** The rows of spenddown's own tables that say what became of each record in each run. */
export interface ItemRow {
  readonly run: string
  readonly key: string
  readonly state: string
}

/** spenddown's own tables: the only place that knows their names. Read, never written. */
export function itemsQuery(dialect: 'sqlite' | 'postgresql'): string {
  const prefix = dialect === 'sqlite' ? 'spenddown_' : 'spenddown.'
  return `select r.id as run, i.key as key, i.state as state from ${prefix}item i join ${prefix}run r on r.no = i.run_no`
}

export function itemsOf(rows: readonly ItemRow[]): Items {
  const items: Items = new Map()
  for (const { run, key, state } of rows) {
    const outcomes = items.get(run) ?? new Map<string, string>()
    outcomes.set(key, state)
    items.set(run, outcomes)
  }
  return items
}

/** What runs that can be resumed hold for their open calls. */
export function heldQuery(dialect: 'sqlite' | 'postgresql'): string {
  const run = dialect === 'sqlite' ? 'spenddown_run' : 'spenddown.run'
  return `select coalesce(sum(held), 0) as held from ${run} where status in ('running', 'stopped')`
}
