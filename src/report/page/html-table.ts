import { escapedText } from '../../domain/words/escaped-text.ts'
import { type Html, html } from '../html.ts'
import type { Row, Table } from '../tables/table.ts'

export function htmlTable({ caption, columns, rows, note }: Table): Html {
  const bars = rows.some(({ share }) => share !== undefined)
  return html`<div class="table" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${columns.map(({ name, kind }) => html`<th scope="col" class="${kind}">${name}</th>`)}${bars ? html`<th class="bar" aria-hidden="true"></th>` : null}</tr></thead>
<tbody>${rows.map((row) => htmlRow(row, columns, bars))}</tbody></table></div>${note === undefined ? null : html`<p class="note">${note}</p>`}`
}

function htmlRow({ cells, detail, share, colour, sum }: Row, columns: Table['columns'], bars: boolean): Html {
  const shown = cells.map((cell, place) => {
    const kind = columns[place]?.kind ?? 'words'
    return place === 0 && kind === 'words'
      ? html`<th scope="row">${isolated(cell)}${detail ? html`<small>${isolated(detail)}</small>` : null}</th>`
      : html`<td class="${kind}">${isolated(cell)}</td>`
  })
  return html`<tr${sum ? html` class="sum"` : null}>${shown}${bars ? html`<td class="bar" aria-hidden="true">${share === undefined ? null : bar(share, colour ?? 'of-unused')}</td>` : null}</tr>
`
}

/** Foreign text can neither change the text direction nor hide characters. */
export function isolated(text: string): Html {
  return html`<bdi>${escapedText(text)}</bdi>`
}

function bar(share: number, colour: string): Html {
  const width = Math.round(1_000 * Math.min(1, share)) / 10
  return html`<svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="${colour}" width="${share > 0 ? Math.max(0.8, width) : 0}" height="10"/></svg>`
}
