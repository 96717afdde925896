import type { ItemCounts } from '../../domain/call/item.ts'
import type { CallCounts } from '../../domain/run/run.ts'

/** The columns in which a run, and a snapshot of it, count what has ended. */
export interface CountRow extends Omit<ItemCounts, 'unknown'> {
  readonly unknownItems: number
  readonly callsSent: number
  readonly callsThrottled: number
  readonly callsFailed: number
  readonly callsUnknown: number
}

/** The row with its counts in two groups. */
export function withCounts<Row extends CountRow>(row: Row) {
  const { refreshed, notFound, failed, unknownItems, superseded, ...more } = row
  const { callsSent, callsThrottled, callsFailed, callsUnknown, ...rest } = more
  const items: ItemCounts = { refreshed, notFound, failed, unknown: unknownItems, superseded }
  const calls: CallCounts = { sent: callsSent, throttled: callsThrottled, failed: callsFailed, unknown: callsUnknown }
  return { ...rest, items, calls }
}
