import { namedTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { figure, percent } from '../../domain/words/figure.ts'
import { courseCharts } from '../charts/course-charts.ts'
import { type Html, html } from '../html.ts'
import type { Report } from '../report.ts'
import { accountWords } from '../sentence.ts'
import { accountsTable, colourOf, decisionsTable, unknownTable } from '../tables/credits-tables.ts'
import { factsOf } from '../tables/facts.ts'
import { changesTables, examplesTable, expectedTables, reasonsTable, recordsTable } from '../tables/records-tables.ts'
import type { Table } from '../tables/table.ts'
import { moneyWords } from '../value.ts'
import { htmlTable, isolated } from './html-table.ts'
import { htmlShell } from './shell.ts'

/** The report as one page without scripts or network, which its policy forbids. */
export function htmlPage(report: Report): string {
  const { run, sentence, judgement, madeAt, cycle } = report
  const title = escapedText(`${run.job} · ${run.vendor}`)
  const body = html`<p class="lead">${escapedText(sentence)}</p>
${judgement === null ? '' : html`<p>${escapedText(accountWords(judgement))}</p>`}
${tiles(report)}
<section><h2>The credits</h2>${budgetBar(report)}${htmlTable(accountsTable(report))}</section>
<section><h2>What they bought</h2>${tables([recordsTable(report), ...expectedTables(report), ...changesTables(report)])}</section>
<h2 class="appendix">Appendix</h2>
${optional('Values before and after', [examplesTable(report)])}
${optional('Misses and failures', [reasonsTable(report)])}
${optional('Unknown calls', [unknownTable(report), decisionsTable(report)])}
<section><h2>Over time</h2>${courseCharts(report) ?? noCourse(report)}</section>
<section><h2>The run</h2><dl>${factsOf(report).map(([name, words]) => html`<dt>${name}</dt><dd>${isolated(words)}</dd>`)}</dl></section>`
  const sub = 'What a run of spenddown came to'
  return htmlShell({
    title: `${title} · ${run.runId}`,
    heading: title,
    sub,
    body,
    madeAt: namedTime(Date.parse(madeAt), cycle.timeZone),
  })
}

function noCourse({ pruned }: Report): Html {
  return html`<p class="note">The course of this run ${pruned ? 'is not kept any more' : 'was too short to be shown'}.</p>`
}

function tiles({ run, accounts, value: { money } }: Report): Html {
  const { records, credits, changes } = run
  const all = [
    [percent(credits.spent, credits.budget), 'of the budget spent'],
    [figure(records.refreshed), 'records refreshed'],
    changes === null || changes.compared === 0
      ? [figure(records.notFound + records.failed), 'not found or failed']
      : [percent(changes.changed, changes.compared), 'of them had changed'],
    ...(money?.perCorrection == null ? [] : [[moneyWords(money.perCorrection, money.currency), 'a corrected record']]),
    [
      figure(Math.max(0, accounts.unused.credits)),
      money === null ? 'credits not spent' : `credits not spent (${moneyWords(money.unused, money.currency)})`,
    ],
  ]
  return html`<div class="tiles">${all.map(([value, words]) => html`<div class="tile"><b>${value ?? ''}</b><span>${words ?? ''}</span></div>`)}</div>`
}

function budgetBar({ accounts }: Report): Html {
  const parts = accounts.parts.filter(({ credits }) => credits > 0)
  const whole = parts.reduce((sum, { credits }) => sum + credits, 0) || 1
  let left = 0
  const drawn = parts.map((part) => {
    const width = (1_000 * part.credits) / whole
    const rect = html`<rect class="${colourOf(part)}" x="${left.toFixed(2)}" width="${width.toFixed(2)}" height="28"/>`
    left += width
    return rect
  })
  const { budget, spent, unknown, unused } = accounts
  const words = `Of ${figure(budget.credits)} credits ${figure(spent.credits)} were spent, ${figure(unknown.credits)} are unknown, and ${figure(unused.credits)} were not spent`
  return html`<svg class="stack" viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label="${words}"><title>${words}</title>${drawn}</svg>`
}

function optional(title: string, all: readonly (Table | null)[]): Html | null {
  return all.every((table) => table === null) ? null : html`<section><h2>${title}</h2>${tables(all)}</section>`
}

function tables(all: readonly (Table | null)[]): Html[] {
  return all.flatMap((table) => (table === null ? [] : [htmlTable(table)]))
}
