import { figure } from '../../domain/figure.ts'
import type { Cause, ForecastNews } from './forecast-figures.ts'
import { type Message, oneLine } from './message.ts'

const CAUSES: Readonly<Record<Cause, string>> = {
  'too-few-records': 'too few eligible records',
  'too-slow': 'too slow for the time that is left',
  'starts-too-late': 'a start that is too late',
  'no-start': 'no start any more in this billing cycle',
  budget: 'a budget below what is left',
}

/** So many credits are expected to be lost. */
export function forecastMessage(news: ForecastNews, at: Date): Message {
  const { vendor, resetAt, spendable, expiring, because } = news
  const why = because.map(({ cause, credits }) => `${CAUSES[cause]} (${figure(about(credits))})`)
  const help = because.map(({ change }) => change)
  const parts = [
    `${vendor}: about ${figure(about(expiring))} of ${figure(spendable)} credits will expire unused on ${day(resetAt)}`,
    ...(why.length === 0 ? [] : [`: ${why.join(', ')}`]),
    ...(help.length === 0 ? [] : [`. What would help: ${help.join('; ')}`]),
  ]
  return { type: 'forecast.unused', timestamp: at.toISOString(), message: oneLine(parts.join('')), data: news }
}

/** To two figures: a forecast knows no more. */
function about(credits: number): number {
  return Number(credits.toPrecision(2))
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })

function day(instant: string): string {
  const date = new Date(instant)
  return `${DAY.format(date)} ${TIME.format(date)} UTC`
}
