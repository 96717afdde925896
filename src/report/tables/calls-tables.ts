import { figure } from '../../domain/figure.ts'
import type { Report } from '../report.ts'
import { zonedTime } from '../zoned-time.ts'
import { figures, type Table, words } from './table.ts'

/** Calls that are not settled; null: all are. */
export function unknownTable({ unknownCalls, cycle }: Report): Table | null {
  const { calls, holds, first } = unknownCalls
  if (calls === 0) return null
  const more = calls - first.length
  return {
    caption: 'Calls of which nobody knows what they cost',
    columns: [words('Call'), figures('Holds'), figures('Records')],
    detail: 'When, why, and for which records',
    rows: first.map(({ id, state, sentAt, holds, reason, records, examples }) => {
      const why = state === 'unknown' ? (reason ?? '–') : state === 'open' ? 'stands open' : 'the vendor works on it'
      const sent = `sent ${zonedTime(Date.parse(sentAt), cycle.timeZone)}`
      return {
        cells: [id, figure(holds), figure(records)],
        detail: [sent, why, ...named(examples, records)].join('; '),
      }
    }),
    note: `Together they hold ${figure(holds)} credits${more > 0 ? `; ${figure(more)} more are not listed` : ''}. “spenddown unknown” says who settles them.`,
  }
}

function named(examples: readonly string[], records: number): string[] {
  return examples.length === 0 ? [] : [`for ${examples.join(', ')}${records > examples.length ? ' and more' : ''}`]
}

/** What people have decided that calls cost; null: nothing. */
export function decisionsTable({ decisions, cycle }: Report): Table | null {
  if (decisions.length === 0) return null
  return {
    caption: 'Calls that were settled by hand',
    columns: [words('Call'), words('As'), figures('Held'), figures('Cost')],
    detail: 'By whom, and when',
    rows: decisions.map(({ id, as, held, cost, by, at }) => ({
      cells: [id, as, figure(held), figure(cost)],
      detail: `${by}, ${zonedTime(Date.parse(at), cycle.timeZone)}`,
    })),
  }
}
