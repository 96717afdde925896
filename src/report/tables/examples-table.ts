import { cutText } from '../cut-text.ts'
import type { Report } from '../report.ts'
import { type Table, words } from './table.ts'

const MOST_VALUE = 120

/** What changed in some of the records; null: the config does not ask to keep values. */
export function examplesTable({ examples }: Report): Table | null {
  if (examples === null) return null
  const shown = (value: string | null) => (value === null ? 'nothing' : cutText(value, MOST_VALUE))
  return {
    caption: 'Some of what had changed',
    columns: [words('Record'), words('Column'), words('Before'), words('After')],
    rows: examples.map(({ key, column, before, after }) => ({ cells: [key, column, shown(before), shown(after)] })),
  }
}
