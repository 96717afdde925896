import type { World } from '../world/world.ts'

/** Each record's outcome in each run, by the run's id. */
export type Items = Map<string, Map<string, string>>

/** The rows of spenddown's own tables that say what became of each record in each run. */
export interface ItemRow {
  readonly run: string
  readonly key: string
  readonly state: string
}

/** spenddown's own tables: the only place that knows their names. Read, never written. */
export function itemsQuery(database: World['database']): string {
  return `select r.id as run, i.key, i.state from ${own(database, 'item')} i join ${own(database, 'run')} r on r.no = i.run_no`
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
export function heldQuery(database: World['database']): string {
  return `select coalesce(sum(held), 0) as held from ${own(database, 'run')} where status in ('running', 'stopped')`
}

function own(database: World['database'], name: string): string {
  return `spenddown${database === 'postgresql' ? '.' : '_'}${name}`
}
