import { zonedTime } from '../../domain/time/zoned-time.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import type { AccountPart } from '../accounts.ts'
import type { Report } from '../report.ts'
import { figures, type Row, type Table, words } from './table.ts'

const OF = { spent: 'spent', unknown: 'unknown', unused: 'not spent' } as const

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
  const saved =
    run.credits.saved > 0
      ? ` Records that share a call or have not changed saved ${figure(run.credits.saved)} more.`
      : ''
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

/** A negative share for overspent credits, so that shares add up as the credits do. */
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
  superseded: 'records refreshed meanwhile',
  'to-do': 'records still to do',
  'lost-answers': 'calls without an answer',
}

export function colourOf({ of, what }: AccountPart): string {
  if (of === 'unused') return 'of-unused'
  if (of === 'unknown' || what === 'lost-answers') return 'of-unknown'
  return { refreshed: 'of-refreshed', 'not-found': 'of-notFound', failed: 'of-failed' }[what] ?? 'of-superseded'
}

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
