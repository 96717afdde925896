import type { Judgement } from '../../domain/judgement/judgement.ts'
import { shownJudgement } from '../../domain/judgement/judgement-words.ts'
import { type Html, html } from '../../report/html.ts'
import { prose } from './instants.ts'

/** A judgement in a card: whether credits will be lost, how many, why, and what to do. */
export function verdict(judgement: Judgement, zone: string): Html {
  const { sentence, why, todo } = shownJudgement(judgement, zone)
  const act = todo === null ? '' : html`<p class="todo">${prose(todo, zone)}</p>`
  return html`${verdictTitle(sentence)}<p>${prose(why, zone)}</p>${act}`
}

/** A line that begins within "0 of 9,341 credits" would say the opposite: that part is kept whole. */
export function verdictTitle(sentence: string): Html {
  const [, lead = sentence, whole = '', rest = ''] = /^(.*?)([\d,]+ of [\d,]+ credits)(.*)$/.exec(sentence) ?? []
  return html`<p class="title">${lead}<span class="whole">${whole}</span>${rest}</p>`
}
