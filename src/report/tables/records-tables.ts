import { ITEM_END_STATES } from '../../domain/call/item.ts'
import type { ShownChanges } from '../../domain/run/changes.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import { ageWords, OUTCOME_WORDS } from '../../domain/words/words.ts'
import { cutText } from '../cut-text.ts'
import type { Report } from '../report.ts'
import { figures, type Row, shareRow, type Table, words } from './table.ts'

export function recordsTable({ run: { records } }: Report): Table {
  const row = (name: string, count: number, colour: string) => shareRow(name, count, records.selected, colour)
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
    note: notes.length === 0 ? undefined : notes.join(' '),
  }
}

export function reasonsTable({ reasons, pruned }: Report): Table | null {
  if (reasons.length === 0) return null
  const rows = reasons.flatMap(({ outcome, records, reasons, others, distinct }): Row[] => [
    { cells: [OUTCOME_WORDS[outcome], figure(records)], sum: true },
    ...reasons.map(({ reason, records, examples }) => ({
      cells: [reason ?? 'no reason given', figure(records)],
      detail: examples.length === 0 ? '' : `such as ${examples.join(', ')}`,
    })),
    ...(others === 0 ? [] : [{ cells: [otherWords(distinct - reasons.length, pruned), figure(others)] }]),
  ])
  const columns = [words('Reason'), figures('Records')]
  return { caption: 'Why records were not refreshed', columns, detail: 'Examples', rows }
}

function otherWords(more: number, pruned: boolean): string {
  if (pruned) return 'their reasons are not kept any more'
  return more > 0 ? `${figure(more)} other reasons` : 'with the call of another record'
}

/** What the order by gain expected, and what came; none where the order was another. */
export function expectedTables({ expected }: Report): Table[] {
  if (expected === null || expected.records === 0 || expected.came.records === 0) return []
  const { came } = expected
  const row = (name: string, [some, of]: readonly [number, number], [came, all]: readonly [number, number]) => ({
    cells: [name, figure(Math.round(some)), percent(some, of), figure(came), percent(came, all)],
  })
  return [
    {
      caption: 'What the order by gain expected, and what came',
      columns: [words('Records'), figures('Expected'), figures('Share'), figures('Came'), figures('Share')],
      rows: [
        row('found', [expected.found, expected.records], [came.found, came.records]),
        row('had changed, of those found', [expected.changed, expected.found], [came.changed, came.compared]),
      ],
      note: `Expected of the ${figure(expected.records)} records that were selected; ${figure(came.records)} were tried.`,
    },
  ]
}

/** What the fresh data has changed, by column and by the record's age; none where nothing was compared. */
export function changesTables({ run: { changes } }: Pick<Report, 'run'>): Table[] {
  if (changes === null || changes.compared === 0) return []
  return [changesByColumn(changes), changesByAge(changes)]
}

const MOST_COLUMNS = 50

function changesByColumn({ columns, compared, changed }: ShownChanges): Table {
  const all = Object.entries(columns).toSorted(([, a], [, b]) => b - a)
  const shown = all.slice(0, MOST_COLUMNS)
  const more = all.length - shown.length
  const row = (name: string, count: number) => shareRow(name, count, compared, 'of-changed')
  return {
    caption: 'What had changed in the refreshed records, by column',
    columns: [words('Column'), figures('Records'), figures('Share')],
    rows: [...shown.map(([name, count]) => row(name, count)), { ...row('any of them', changed), sum: true }],
    note: more > 0 ? `${figure(more)} columns that changed no more often are not listed.` : undefined,
  }
}

export function changesByAge({ byAge, compared, changed }: ShownChanges): Table {
  const ages = byAge.filter((age) => age.compared > 0)
  const cells = (name: string, of: Pick<ShownChanges, 'compared' | 'changed'>) => [
    ...[name, figure(of.compared), figure(of.changed), percent(of.changed, of.compared)],
  ]
  return {
    caption: 'What a credit buys: records that had changed, by their age',
    columns: [words('Last refreshed'), figures('Records'), figures('Changed'), figures('Share')],
    rows: [
      ...ages.map((age) => {
        return { cells: cells(ageWords(age), age), share: age.changed / age.compared, colour: 'of-changed' }
      }),
      { cells: cells('all', { compared, changed }), sum: true },
    ],
  }
}

const MOST_VALUE = 120

/** Null: the config does not ask to keep values. */
export function examplesTable({ examples }: Report): Table | null {
  if (examples === null) return null
  const shown = (value: string | null) => (value === null ? 'nothing' : cutText(value, MOST_VALUE))
  return {
    caption: 'Some of what had changed',
    columns: [words('Record'), words('Column'), words('Before'), words('After')],
    rows: examples.map(({ key, column, before, after }) => ({ cells: [key, column, shown(before), shown(after)] })),
  }
}
