import type { AccountRow } from '../domain/account/account-row.ts'
import type { AccountSums } from '../domain/account/account-sums.ts'
import { namedTime } from '../domain/time/zoned-time.ts'
import { escapedJson } from '../domain/words/escaped-text.ts'
import { figure, percent, wholeFigure } from '../domain/words/figure.ts'
import { counted } from '../domain/words/words.ts'
import { csvLine } from './formats/csv.ts'
import type { ReportFormat } from './formats/formats.ts'
import { markdownTable, markdownText } from './formats/markdown.ts'
import { html } from './html.ts'
import { htmlTable } from './page/html-table.ts'
import { htmlShell } from './page/shell.ts'
import { figures, type Row, type Table, words } from './tables/table.ts'
import { correctionWords, type PricePerCredit, worthOf } from './value.ts'

/** Credits are decimals. */
export type AccountResult = AccountSums<number>

/** The JSON of `report` over all accounts. Instants are ISO 8601. */
export interface AccountsReport {
  readonly version: 1
  readonly madeAt: string
  /** The runs that began since then. */
  readonly since: string
  readonly sentence: string
  readonly total: AccountResult & Pick<AccountRow, 'atStake'>
  /** Those that spent most first. */
  readonly accounts: readonly AccountOfReport[]
}

type Standing = Pick<AccountRow, 'account' | 'vendor' | 'state' | 'balance' | 'atStake' | 'resetAt' | 'why' | 'todo'>

export type AccountOfReport = AccountResult & Standing

export interface AccountsFigures {
  readonly madeAt: number
  /** Epoch ms. */
  readonly since: number
  readonly price: PricePerCredit | null
  readonly accounts: readonly AccountOfReport[]
}

export function composeAccountsReport({ madeAt, since, price, accounts: given }: AccountsFigures): AccountsReport {
  const accounts = given.toSorted((a, b) => b.spent - a.spent || (a.account < b.account ? -1 : 1))
  const sum = (of: (each: AccountOfReport) => number | null) =>
    Math.round(accounts.reduce((total, each) => total + (of(each) ?? 0), 0) * 1e6) / 1e6
  const total = {
    runs: sum(({ runs }) => runs),
    refreshed: sum(({ refreshed }) => refreshed),
    notFound: sum(({ notFound }) => notFound),
    failed: sum(({ failed }) => failed),
    compared: sum(({ compared }) => compared),
    changed: sum(({ changed }) => changed),
    spent: sum(({ spent }) => spent),
    unknown: sum(({ unknown }) => unknown),
    atStake: sum(({ atStake }) => atStake),
  }
  const worked = accounts.filter(({ runs }) => runs > 0).length
  const cost = correctionWords(worthOf({ credits: total, changes: total }, 0, price))
  const parts = [
    `${counted(worked, 'account')} of ${figure(accounts.length)} spent ${counted(total.spent, 'credit')} on ${counted(total.refreshed, 'refreshed record')}`,
    ...(total.compared === 0 ? [] : [`${figure(total.changed)} of them had changed`]),
    ...(cost === null ? [] : [cost]),
    ...(total.unknown > 0 ? [`${counted(total.unknown, 'credit')} unknown until reconciled`] : []),
    ...(total.atStake > 0 ? [`${wholeFigure(total.atStake)} credits will expire as things are`] : []),
  ]
  const instant = (at: number) => new Date(at).toISOString()
  return {
    version: 1,
    madeAt: instant(madeAt),
    since: instant(since),
    sentence: `${parts.join('; ')}.`,
    total,
    accounts,
  }
}

/** The report in a format, piece by piece: there may be many accounts. */
export function* accountsReportText(report: AccountsReport, format: ReportFormat): Generator<string> {
  const { sentence } = report
  const tables = [needTable(report), accountsTable(report)].filter((table) => table !== null)
  if (format === 'json') yield `${escapedJson(JSON.stringify(report, null, 2))}\n`
  else if (format === 'csv') yield* csvOf(report)
  else if (format === 'md') {
    const head = [`# ${TITLE}`, `**${markdownText(sentence)}**`, markdownText(spanOf(report))]
    yield `${[...head, ...tables.map(markdownTable)].join('\n\n')}\n`
  } else {
    const body = html`<p class="lead">${sentence}</p>${tables.map((table) => html`<section>${htmlTable(table)}</section>`)}`
    const madeAt = namedTime(Date.parse(report.madeAt), 'UTC')
    yield htmlShell({ title: TITLE, heading: TITLE, sub: spanOf(report), body, madeAt })
  }
}

const TITLE = 'All accounts'

function spanOf({ since, madeAt }: AccountsReport): string {
  return `Runs that began from ${namedTime(Date.parse(since), 'UTC')} to ${namedTime(Date.parse(madeAt), 'UTC')}`
}

/** The most that a table shows; CSV and JSON have all. */
const MOST = 500
const IN_NEED: readonly string[] = ['wrong', 'failing', 'needs-person', 'too-late']

/** The accounts that somebody should look at: those that would lose most first. */
function needTable({ accounts }: AccountsReport): Table | null {
  const all = accounts
    .filter(({ state, atStake }) => IN_NEED.includes(state) || (atStake ?? 0) > 0)
    .toSorted((a, b) => (b.atStake ?? 0) - (a.atStake ?? 0))
  if (all.length === 0) return null
  const rows = all.slice(0, MOST).map(
    ({ account, state, atStake, why, todo }): Row => ({
      cells: [account, state, known(atStake)],
      detail: todo === null ? why : `${why} ${todo}`,
    }),
  )
  return {
    caption: 'What needs somebody',
    columns: [words('Account'), words('State'), figures('Credits at stake')],
    detail: 'Why',
    rows,
    note: more(all.length),
  }
}

function accountsTable({ accounts, total }: AccountsReport): Table {
  const cells = (
    name: string,
    row: AccountResult & { readonly balance: number | null; readonly atStake: number | null },
  ) => [
    name,
    figure(row.runs),
    figure(row.spent),
    figure(row.refreshed),
    row.compared === 0 ? '' : percent(row.changed, row.compared),
    figure(row.notFound + row.failed),
    known(row.balance),
    known(row.atStake),
  ]
  return {
    caption: 'Every account',
    columns: [
      words('Account'),
      ...['Runs', 'Credits spent', 'Refreshed', 'Changed', 'Not found, failed', 'Balance', 'At stake'].map(figures),
    ],
    rows: [
      ...accounts.slice(0, MOST).map((row) => ({ cells: cells(row.account, row) })),
      { cells: [...cells('all', { ...total, balance: null }).with(6, '')], sum: true },
    ],
    note: more(accounts.length),
  }
}

function more(count: number): string | undefined {
  return count > MOST ? `${figure(count - MOST)} more; CSV and JSON have all.` : undefined
}

function known(credits: number | null): string {
  return credits === null ? '?' : wholeFigure(credits)
}

const COLUMNS = [
  'account',
  'vendor',
  'state',
  'runs',
  'spent',
  'unknown',
  'refreshed',
  'notFound',
  'failed',
  'compared',
  'changed',
  'balance',
  'atStake',
  'resetAt',
  'why',
] as const satisfies readonly (keyof AccountOfReport)[]

function* csvOf({ accounts }: AccountsReport): Generator<string> {
  yield csvLine(COLUMNS)
  for (const row of accounts) yield csvLine(COLUMNS.map((name) => row[name]))
}
