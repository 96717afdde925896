import type { ShownChanges } from '../../domain/changes.ts'
import { figure, percent } from '../../domain/figure.ts'
import type { Report } from '../report.ts'
import { figures, type Row, type Table, words } from './table.ts'

const MOST_COLUMNS = 50

/** What the fresh data has changed: by column, and by how old the record was. None where nobody compared. */
export function changesTables({ run: { changes } }: Pick<Report, 'run'>): Table[] {
  if (changes === null || changes.compared === 0) return []
  return [byColumn(changes), byAge(changes)]
}

function byColumn({ columns, compared, changed }: ShownChanges): Table {
  const all = Object.entries(columns).toSorted(([, a], [, b]) => b - a)
  const shown = all.slice(0, MOST_COLUMNS)
  const more = all.length - shown.length
  const row = (name: string, count: number): Row => ({
    cells: [name, figure(count), percent(count, compared)],
    share: count / compared,
    colour: 'of-changed',
  })
  return {
    caption: 'What had changed in the refreshed records, by column',
    columns: [words('Column'), figures('Records'), figures('Share')],
    rows: [...shown.map(([name, count]) => row(name, count)), { ...row('any of them', changed), sum: true }],
    ...(more > 0 ? { note: `${figure(more)} columns that changed no more often are not listed.` } : {}),
  }
}

function byAge({ byAge, compared, changed }: ShownChanges): Table {
  const ages = byAge.filter((age) => age.compared > 0)
  return {
    caption: 'What a credit buys: records that had changed, by their age',
    columns: [words('Last refreshed'), figures('Records'), figures('Changed'), figures('Share')],
    rows: [
      ...ages.map((age) => ({
        cells: [ageWords(age), figure(age.compared), figure(age.changed), percent(age.changed, age.compared)],
        share: age.changed / age.compared,
        colour: 'of-changed',
      })),
      { cells: ['all', figure(compared), figure(changed), percent(changed, compared)], sum: true },
    ],
  }
}

function ageWords({ fromDays, toDays }: ShownChanges['byAge'][number]): string {
  if (fromDays === null) return 'never before'
  return toDays === null ? `over ${fromDays} days ago` : `${fromDays} to ${toDays} days ago`
}
