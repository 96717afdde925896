import { figure } from '../../domain/figure.ts'
import { OUTCOME_WORDS } from '../charts/outcomes-chart.ts'
import type { Report } from '../report.ts'
import { figures, type Row, type Table, words } from './table.ts'

/** Why records did not end as refreshed, with examples; null: all did. */
export function reasonsTable({ reasons, pruned }: Report): Table | null {
  if (reasons.length === 0) return null
  const rows = reasons.flatMap(({ outcome, records, reasons, others, distinct }): Row[] => [
    { cells: [OUTCOME_WORDS[outcome], figure(records)], sum: true },
    ...reasons.map(({ reason, records, examples }) => {
      return {
        cells: [reason ?? 'no reason given', figure(records)],
        detail: examples.length === 0 ? '' : `such as ${examples.join(', ')}`,
      }
    }),
    ...(others === 0 ? [] : [{ cells: [otherWords(distinct - reasons.length, pruned), figure(others)] }]),
  ])
  return {
    caption: 'Why records were not refreshed',
    columns: [words('Reason'), figures('Records')],
    detail: 'Examples',
    rows,
  }
}

function otherWords(more: number, pruned: boolean): string {
  if (pruned) return 'their reasons are not kept any more'
  return more > 0 ? `${figure(more)} other reasons` : 'with the call of another record'
}
