import { figure } from '../../domain/figure.ts'
import { type Html, html } from '../html.ts'
import type { Report } from '../report.ts'
import { colourOf } from '../tables/accounts-table.ts'

/** The budget as one bar, each credit in its place. */
export function budgetBar({ accounts }: Report): Html {
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
