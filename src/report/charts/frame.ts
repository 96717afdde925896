import { axisTime } from '../../domain/time/zoned-time.ts'
import { type Html, html, type Part } from '../html.ts'
import { amountTicks, durationLabel, logTicks, type Tick, type TimeSpan, timeTicks } from './ticks.ts'

/** In pixels. Text does not shrink with the screen: a chart is drawn once for paper and desks, and once for phones. */
const SIZES = [
  { name: 'wide', width: 720, height: 250, left: 52, right: 16, top: 14, bottom: 28 },
  { name: 'narrow', width: 340, height: 210, left: 52, right: 10, top: 12, bottom: 26 },
] as const
type Size = (typeof SIZES)[number]

export interface Frame {
  readonly size: Size
  /** Where an instant (epoch ms) and a value stand on the chart. */
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

/** The axis of values; `share`: how high a value is, from 0 at the bottom to 1 at the top. */
type Scale = ReturnType<typeof amountScale>

export function amountScale(most: number) {
  const ticks = amountTicks(most)
  const top = ticks.at(-1)?.value ?? 1
  return { ticks, share: (value: number) => value / top }
}

/** A logarithmic scale of durations, ms. */
export function logScale(least: number, most: number): Scale {
  const ticks = logTicks(least, most)
  const [bottom, top] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 10)]
  return {
    ticks: ticks.map((value) => ({ value, label: durationLabel(value) })),
    share: (ms) => (Math.log(ms) - bottom) / Math.max(1e-9, top - bottom),
  }
}

export function height({ top, bottom, height }: Size, share: number): number {
  return height - bottom - share * (height - top - bottom)
}

/** The chart with its axes, in each size; `words` describe it to whoever cannot see it. */
export function chart(words: string, time: TimeSpan, scale: Scale, draw: (frame: Frame) => Part): Html {
  return html`<div class="chart">${SIZES.map((size) => {
    const frame = { size, x: timeScale(time, size), y: (value: number) => height(size, scale.share(value)) }
    return html`<svg class="${size.name}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${words}">
<title>${words}</title>
${axes(frame, time, scale.ticks)}${draw(frame)}</svg>`
  })}</div>`
}

function timeScale({ fromAt, toAt }: TimeSpan, { left, right, width }: Size): Frame['x'] {
  const span = Math.max(1, toAt - fromAt)
  return (at) => left + ((at - fromAt) / span) * (width - left - right)
}

function axes({ size, x, y }: Frame, time: TimeSpan, ticks: readonly Tick[]): Html {
  const { width, height, left, right, bottom, name } = size
  const times = timeTicks(time, name === 'wide' ? 7 : 4)
  return html`<g class="axes">${ticks.map(
    ({ value, label }) =>
      html`<line x1="${left}" x2="${width - right}" y1="${at(y(value))}" y2="${at(y(value))}"/><text x="${left - 6}" y="${at(y(value) + 4)}" text-anchor="end">${label}</text>`,
  )}${times.map((tick) => {
    const place = at(x(tick))
    const anchor = x(tick) > width - right - 24 ? 'end' : 'middle'
    return html`<line class="tick" x1="${place}" x2="${place}" y1="${height - bottom}" y2="${height - bottom + 4}"/><text x="${place}" y="${height - 8}" text-anchor="${anchor}">${axisTime(tick, time.timeZone, time.toAt - time.fromAt)}</text>`
  })}</g>`
}

/** Rounded to a tenth of a pixel. */
export function at(place: number): number {
  return Math.round(10 * place) / 10
}
