import { figure } from '../../domain/words/figure.ts'
import { amountScale, at, type Frame as ChartFrame, chart } from '../../report/charts/frame.ts'
import { bands, line, type Point } from '../../report/charts/shapes.ts'
import { type Html, html } from '../../report/html.ts'
import type { AccountView } from '../ports.ts'
import type { Frame } from './layout.ts'

/** Credits left over the billing cycle, and what is expected until the reset; nothing where no balance is known. */
export function monthChart(view: AccountView, { zone, now }: Frame): Html {
  const { month, balance, cycle, reserve } = view
  if (balance === null || month.readings.length === 0) return html``
  const { ours, others } = linesOf(view, balance)
  const most = Math.max(balance, ...month.readings.map((reading) => reading.balance))
  const ahead = aheadOf(view, balance)
  const words = `Credits left over the billing cycle: ${figure(Math.round(balance))} now${ahead === null ? '' : `, about ${figure(Math.round(ahead.end.typical))} at the reset`}`
  const time = { fromAt: cycle.startAt, toAt: cycle.endAt, timeZone: zone }
  const drawn = chart(words, time, amountScale(most), (frame) => [
    bands(month.runs, frame, 'run'),
    reserve > 0 ? band(frame, reserve, cycle) : null,
    ahead === null ? null : cone(ahead, frame, now),
    line(others, frame, 'others'),
    line(ours, frame, 'spent'),
    html`<line class="now" x1="${at(frame.x(now))}" x2="${at(frame.x(now))}" y1="${frame.size.top}" y2="${frame.size.height - frame.size.bottom}"/>`,
  ])
  const key = (shape: Html, text: string) =>
    html`<li><svg viewBox="0 0 22 10" aria-hidden="true">${shape}</svg>${text}</li>`
  return html`<section class="card month" aria-labelledby="month"><h2 id="month">Credits left until the reset</h2>${drawn}
<ul class="legend">${key(html`<path class="line spent" d="M0 5H22"/>`, 'spent by runs')}${key(html`<path class="line others" d="M0 5H22"/>`, 'between runs: others')}${ahead === null ? '' : key(html`<rect class="cone" width="22" height="10"/>`, 'expected')}${reserve > 0 ? key(html`<rect class="reserve" width="22" height="10"/>`, `reserved: ${figure(reserve)}`) : ''}${key(html`<rect class="run" width="22" height="10"/>`, 'a run')}</ul></section>`
}

/** What runs took, and what became less between them. */
function linesOf(
  { month, at: now }: AccountView,
  balance: number,
): { readonly ours: Point[]; readonly others: Point[] } {
  const begins = month.runs.map(({ fromAt, toAt, spent }) => ({ fromAt, toAt, spent }))
  const known = [...month.readings.map((reading) => [reading.at, reading.balance] as const), [now, balance] as const]
  const valueAt = (instant: number) => known.findLast(([when]) => when <= instant)?.[1] ?? known[0]?.[1] ?? balance
  const ours = begins
    .toSorted((a, b) => a.fromAt - b.fromAt)
    .flatMap(({ fromAt, toAt, spent }): Point[] => {
      const from = valueAt(fromAt)
      return [
        [fromAt, from],
        [toAt, Math.max(0, from - spent)],
        [toAt, null],
      ]
    })
  const others = [...known, ...ours.filter((point): point is readonly [number, number] => point[1] !== null)]
  return { ours, others: others.toSorted(([a], [b]) => a - b) }
}

interface Ahead {
  readonly from: readonly [at: number, credits: number]
  readonly stopAt: number
  readonly end: { readonly least: number; readonly typical: number; readonly most: number }
}

/** By the pace of the run at work, or else by past runs. */
function aheadOf({ judgement, forecast, reserve, open, at: now, cycle }: AccountView, balance: number): Ahead | null {
  const { atStake, finishAt, spendable } = judgement
  if (open?.atWork != null && finishAt !== null && atStake !== null) {
    const end = Math.max(0, balance - (spendable ?? 0) + atStake)
    return {
      from: [now, balance],
      stopAt: Math.min(finishAt, cycle.endAt),
      end: { least: end, typical: end, most: end },
    }
  }
  if (judgement.verdict === 'unknown' || forecast.kind !== 'made' || forecast.forecast.unused === null) return null
  const { credits } = forecast.forecast.unused
  const next = forecast.forecast.plans.find(({ time }) => time.startsAt !== null)
  const loses = judgement.verdict === 'action-required' || judgement.cause === 'scheduler-gone'
  const left = loses ? { least: spendable ?? 0, typical: spendable ?? 0, most: spendable ?? 0 } : credits
  const startsAt = next?.time.startsAt == null ? cycle.endAt : Date.parse(next.time.startsAt)
  const stopAt = next === undefined ? cycle.endAt : Math.min(cycle.endAt, Date.parse(next.cycle.stopAt))
  const kept = Math.max(0, balance - (spendable ?? balance - reserve))
  const end = { least: kept + left.least, typical: kept + left.typical, most: kept + left.most }
  return { from: [Math.min(startsAt, stopAt), balance], stopAt, end }
}

function cone({ from: [when, credits], stopAt, end }: Ahead, { x, y }: ChartFrame, seenAt: number): Html {
  const [left, right] = [at(x(when)), at(x(stopAt))]
  const now = at(x(seenAt))
  return html`<path class="cone" d="M${left} ${at(y(credits))}L${right} ${at(y(end.most))}V${at(y(end.least))}Z"/>
<path class="line expected" d="M${now} ${at(y(credits))}H${left}L${right} ${at(y(end.typical))}"/>`
}

function band({ x, y, size }: ChartFrame, reserve: number, { startAt, endAt }: AccountView['cycle']): Html {
  const top = at(y(reserve))
  return html`<rect class="reserve" x="${at(x(startAt))}" y="${top}" width="${at(x(endAt) - x(startAt))}" height="${at(Math.max(0, size.height - size.bottom - top))}"/>`
}
