import type { Run } from '../../domain/run.ts'

type Count = number | bigint

/** The columns in which a run, and a snapshot of it, count what has ended. */
export type CountRow = Readonly<Record<ItemCount | CallCount, Count>>
type ItemCount = 'refreshed' | 'notFound' | 'failed' | 'unknownItems' | 'superseded'
type CallCount = 'callsSent' | 'callsThrottled' | 'callsFailed' | 'callsUnknown'

export function countsOf(row: CountRow): Pick<Run, 'items' | 'calls'> {
  return {
    items: {
      refreshed: Number(row.refreshed),
      notFound: Number(row.notFound),
      failed: Number(row.failed),
      unknown: Number(row.unknownItems),
      superseded: Number(row.superseded),
    },
    calls: {
      sent: Number(row.callsSent),
      throttled: Number(row.callsThrottled),
      failed: Number(row.callsFailed),
      unknown: Number(row.callsUnknown),
    },
  }
}
