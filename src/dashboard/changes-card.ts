import { html } from 'hono/html'
import { escapedText } from '../domain/escaped-text.ts'
import { figure, percent } from '../domain/figure.ts'
import type { RunSummary } from '../domain/run.ts'
import type { Html } from './html.ts'

type Changes = NonNullable<RunSummary['changes']>

/** What the fresh data has changed: by column, and by how old the record was. */
export function changesCard(changes: RunSummary['changes']): Html {
  if (changes === null || changes.compared === 0) return html``
  const columns = Object.entries(changes.columns).toSorted(([, a], [, b]) => b - a)
  const ages = changes.byAge.filter(({ compared }) => compared > 0)
  return html`<section class="card" aria-labelledby="changes"><h2 id="changes">What it has changed</h2>
<p>${figure(changes.changed)} of ${figure(changes.compared)} records (${percent(changes.changed, changes.compared)}).</p>
${table(
  'Column',
  columns.map(([column, count]) => [escapedText(column), count, changes.compared]),
)}
${table(
  'Age of the record',
  ages.map((age) => [ageWords(age), age.changed, age.compared]),
)}
</section>`
}

function table(head: string, rows: readonly (readonly [string, number, number])[]): Html {
  if (rows.length === 0) return html``
  const lines = rows.map(
    ([label, changed, compared]) =>
      html`<tr><th scope="row">${label}</th><td class="number">${figure(changed)}</td><td class="number">${percent(changed, compared)}</td></tr>`,
  )
  return html`<table><thead><tr><th scope="col">${head}</th><th scope="col" class="number">Changed</th><th scope="col" class="number">Share</th></tr></thead><tbody>${lines}</tbody></table>`
}

function ageWords({ fromDays, toDays }: Changes['byAge'][number]): string {
  if (fromDays === null) return 'never refreshed'
  return toDays === null ? `over ${fromDays} d` : `${fromDays} to ${toDays} d`
}
