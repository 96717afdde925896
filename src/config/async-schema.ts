import type * as z from 'zod'
import type { AsyncConfig } from './config.ts'
import { formatDuration } from './duration.ts'
import { together } from './leaf.ts'
import { callback, duration } from './rules.ts'
import { section } from './section.ts'
import type { AsyncOptions } from './vendor-options.ts'
import type { VendorReply } from './vendor-types.ts'

/** A vendor that answers later. */
export function asyncSchema(): z.ZodType<AsyncConfig> {
  const parts = section({
    id: callback<AsyncOptions['id']>('(body, reply) => the id of the job, or undefined'),
    poll: callback<AsyncOptions['poll']>('(id) => ({ method, path, query, json })'),
    state: callback<NonNullable<AsyncOptions['state']>>("(body, reply) => 'running', 'done' or 'failed'").default(
      () => byStatus,
    ),
    fetch: callback<NonNullable<AsyncOptions['fetch']>>('(id, body) => ({ method, path, query, json })').optional(),
    every: duration({ leastMs: 100 }).prefault('5s'),
    within: duration({ leastMs: 1_000 }).prefault('1h'),
  })
  return together(parts, ({ every, within, ...rest }, refuse): AsyncConfig => {
    if (every >= within) {
      const allowed = `less than \`within\` (${formatDuration(within)})`
      return refuse({ path: ['every'], value: formatDuration(every), allowed })
    }
    return { ...rest, everyMs: every, withinMs: within }
  })
}

function byStatus(_body: unknown, { status }: VendorReply): 'running' | 'done' {
  return status === 202 ? 'running' : 'done'
}
