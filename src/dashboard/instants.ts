import { html } from 'hono/html'
import { escapedText } from '../domain/escaped-text.ts'
import type { Html } from './html.ts'

const FORM = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
} as const

const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** "Mon 30 Nov 2026, 22:00 EST": the billing cycle's zone, whatever the reader's. */
export function instantWords(at: number, zone: string): string {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? ''
  const day = `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}`
  return `${day}, ${part('hour')}:${part('minute')} ${part('timeZoneName')}`
}

export function instant(at: number | string, zone: string): Html {
  const ms = typeof at === 'string' ? Date.parse(at) : at
  const iso = new Date(ms).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${instantWords(ms, zone)}</time>`
}

/** The same where many stand below each other: the zone stands at the foot of the page. */
export function shortInstant(at: number | string, zone: string): Html {
  const ms = typeof at === 'string' ? Date.parse(at) : at
  const iso = new Date(ms).toISOString()
  const [, day, time] = /^\w+ (.*), (\S+) /.exec(instantWords(ms, zone)) ?? []
  return html`<time datetime="${iso}" title="${iso}">${day}, ${time}</time>`
}

const PARTS = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z|`[^`]+`)/

/** A text of ours or of a vendor's, in which instants stand as ISO 8601 and commands in backticks, as people read it. */
export function prose(text: string, zone: string): readonly (Html | string)[] {
  return text.split(PARTS).map((part, at) => {
    if (at % 2 === 0) return escapedText(part)
    if (part.startsWith('`')) return html`<code>${escapedText(part.slice(1, -1))}</code>`
    return Number.isNaN(Date.parse(part)) ? part : instant(part, zone)
  })
}

/** Making one takes longer than using it a hundred times. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', { ...FORM, timeZone: zone })
  FORMATS.set(zone, format)
  return format
}
