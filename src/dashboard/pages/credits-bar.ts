import type { Judgement } from '../../domain/judgement/judgement.ts'
import { figure } from '../../domain/words/figure.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountView } from '../ports.ts'

/** What the bar and the sentence above it both say: one judgement, also while the page is brought up to date. */
export function judgedParts({ spendable, atStake }: Judgement, otherwise = 0) {
  const whole = spendable ?? otherwise
  const atRisk = Math.min(whole, atStake ?? 0)
  return { 'to-spend': whole - atRisk, 'at-risk': atRisk }
}

/** Where the credits of the cycle are, in one bar; nothing where no balance is known. */
export function creditsBar({ month, balance, reserve, unknown, judgement }: AccountView): Html {
  if (balance === null) return html``
  const judged = judgedParts(judgement, Math.max(0, balance - reserve - unknown))
  const spendable = judged['to-spend'] + judged['at-risk']
  const parts = [
    ['by-us', 'spent by us', month.spentByUs ?? 0],
    ['by-others', 'spent by others', month.spentByOthers ?? 0],
    ['reserved', 'reserved', Math.max(0, balance - spendable - unknown)],
    ['held', 'held by unknown calls', unknown],
    ['to-spend', 'still to spend', judged['to-spend']],
    ['at-risk', 'at risk', judged['at-risk']],
  ] as const
  const shown = parts.filter(([, , credits]) => credits >= 0.5)
  const whole = shown.reduce((sum, [, , credits]) => sum + credits, 0)
  if (whole === 0) return html``
  let left = 0
  const drawn = shown.map(([name, , credits]) => {
    const width = (1_000 * credits) / whole
    const rect = html`<rect class="${name}" x="${left.toFixed(1)}" width="${width.toFixed(1)}" height="28"/>`
    left += width
    return rect
  })
  const words = shown.map(([, text, credits]) => `${figure(Math.round(credits))} ${text}`)
  const keys = shown.map(
    ([name, text, credits]) =>
      html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="${name}" width="12" height="12"/></svg><strong data-live="${name}">${figure(Math.round(credits))}</strong> ${text}</li>`,
  )
  return html`<section class="card credits" aria-labelledby="credits"><h2 id="credits">Where the credits are</h2>
<svg class="bar" viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label="${words.join(', ')}">${drawn}</svg>
<ul class="legend">${keys}</ul></section>`
}
