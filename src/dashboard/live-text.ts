import { SpenddownError } from '../domain/errors.ts'
import type { Frame } from './frame.ts'
import type { Glance, RunView } from './ports.ts'
import { runFields } from './run-fields.ts'
import type { Look } from './watchers.ts'

type Where = Pick<Frame, 'now' | 'zone'>

/** The state that the account's page was made in: in another one, it is another page. */
export function glanceState({ open, sign }: Glance, { now, zone }: Where): string {
  return open === null ? sign : `${sign} ${open.summary.runId} ${runFields(open, now, zone).state}`
}

/** What the account's page is told. */
export function glanceText(glance: Glance, where: Where): { readonly text: string; readonly over: boolean } {
  const fields = glance.open === null ? { done: 0, text: {} } : runFields(glance.open, where.now, where.zone)
  return { text: JSON.stringify({ ...fields, state: glanceState(glance, where) }), over: false }
}

const AWAY = { text: JSON.stringify({ away: true }), over: false } as const

/** The same look, where a page is told that the database is unreachable until it is back. */
export function orAway(look: Look): Look {
  return async () => {
    try {
      return await look()
    } catch (error) {
      if (error instanceof SpenddownError) return AWAY
      throw error
    }
  }
}

/** What a run's page is told. */
export function runText(view: RunView | null, { now, zone }: Where): Awaited<ReturnType<Look>> {
  if (view === null) return null
  const { status } = view.summary
  return { text: JSON.stringify(runFields(view, now, zone)), over: status === 'completed' || status === 'failed' }
}
