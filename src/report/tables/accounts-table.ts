import { figure, percent } from '../../domain/figure.ts'
import type { AccountPart } from '../accounts.ts'
import type { Report } from '../report.ts'
import { figures, type Row, type Table, words } from './table.ts'

const OF = { spent: 'spent', unknown: 'unknown', unused: 'not spent' } as const

/** Where every credit of the budget went. */
export function accountsTable({ accounts, run }: Report): Table {
  const { budget, parts } = accounts
  const rows = (['spent', 'unknown', 'unused'] as const).flatMap((of): Row[] => {
    const own = parts.filter((part) => part.of === of)
    if (own.length === 0) return []
    const total = accounts[of].credits
    const sum = { cells: [OF[of], figure(total), shareOf(total, budget.credits)], sum: true }
    return [sum, ...own.map((part) => rowOf(part, budget.credits))]
  })
  const all = { cells: ['budget', figure(budget.credits), '100 %'], sum: true }
  const saved = run.credits.saved > 0 ? ` Shared calls saved ${figure(run.credits.saved)} more.` : ''
  return {
    caption: 'Where every credit went',
    columns: [words('Where'), figures('Credits'), figures('Share')],
    detail: 'Why',
    rows: [...rows, all],
    note: `Spent, unknown and not spent add up to the budget, to the micro-credit.${saved}`,
  }
}

function rowOf(part: AccountPart, budget: number): Row {
  const share = Math.max(0, part.credits / (budget || 1))
  const cells = [nameOf(part), figure(part.credits), shareOf(part.credits, budget)]
  return { cells, detail: part.why, share, colour: colourOf(part) }
}

/** What was overspent is less than nothing, so that the shares add up as the credits do. */
function shareOf(credits: number, budget: number): string {
  return credits < 0 ? `-${percent(-credits, budget)}` : percent(credits, budget)
}

function nameOf({ of, what, records }: AccountPart): string {
  const name = NAMES[what] ?? what.replaceAll('-', ' ')
  return of === 'spent' && records !== null ? `${name} (${figure(records)})` : name
}

const NAMES: Readonly<Record<string, string>> = {
  refreshed: 'records refreshed',
  'not-found': 'records not found',
  failed: 'records that failed',
  unknown: 'records without a known outcome',
  superseded: 'records refreshed by someone else',
  'to-do': 'records still to do',
  'lost-answers': 'calls without an answer',
}

/** The name of the colour that a part has, wherever it is shown. */
export function colourOf({ of, what }: AccountPart): string {
  if (of === 'unused') return 'of-unused'
  if (of === 'unknown' || what === 'lost-answers') return 'of-unknown'
  return { refreshed: 'of-refreshed', 'not-found': 'of-notFound', failed: 'of-failed' }[what] ?? 'of-superseded'
}
