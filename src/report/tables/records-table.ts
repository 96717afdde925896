import { figure, percent } from '../../domain/figure.ts'
import { ITEM_END_STATES } from '../../domain/item.ts'
import { OUTCOME_WORDS } from '../charts/outcomes-chart.ts'
import type { Report } from '../report.ts'
import { figures, type Row, type Table, words } from './table.ts'

/** What became of the records. */
export function recordsTable({ run: { records } }: Report): Table {
  const row = (name: string, count: number, colour: string): Row => ({
    cells: [name, figure(count), percent(count, records.selected)],
    share: records.selected === 0 ? 0 : count / records.selected,
    colour,
  })
  const ends = ITEM_END_STATES.filter((state) => state === 'refreshed' || records[state] > 0)
  const notes = [
    ...(records.shared > 0 ? [`${figure(records.shared)} of them shared the call of another.`] : []),
    ...(records.coolingDown > 0 ? [`${figure(records.coolingDown)} more rest on cool-down.`] : []),
  ]
  return {
    caption: 'What became of the records',
    columns: [words('Outcome'), figures('Records'), figures('Share')],
    rows: [
      ...ends.map((state) => row(OUTCOME_WORDS[state], records[state], `of-${state}`)),
      ...(records.remaining > 0 ? [row('still to do', records.remaining, 'of-unused')] : []),
      { cells: ['selected', figure(records.selected), '100 %'], sum: true },
    ],
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
  }
}
