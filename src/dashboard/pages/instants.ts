import { iso } from '../../domain/time/iso.ts'
import { instantWords, zonedTime } from '../../domain/time/zoned-time.ts'
import { escapedText } from '../../domain/words/escaped-text.ts'
import { type Html, html } from '../../report/html.ts'

/** "Mon 30 Nov 2026, 22:00 EST": in the billing cycle's zone, whatever the reader's. */
export function instant(at: number | string, zone: string): Html {
  return timeElement(at, zone, instantWords)
}

/** In short, for tables: the zone is at the foot of the page. */
export function shortInstant(at: number | string, zone: string): Html {
  return timeElement(at, zone, zonedTime)
}

function timeElement(at: number | string, zone: string, words: (at: number, zone: string) => string): Html {
  const ms = typeof at === 'string' ? Date.parse(at) : at
  return html`<time datetime="${iso(ms)}" title="${iso(ms)}">${words(ms, zone)}</time>`
}

const PARTS = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z|`[^`]+`)/

/** Any text, escaped, with its ISO 8601 instants and its commands in backticks made readable. */
export function prose(text: string, zone: string): readonly (Html | string)[] {
  return text.split(PARTS).map((part, at) => {
    if (at % 2 === 0) return escapedText(part)
    if (part.startsWith('`')) return html`<code>${escapedText(part.slice(1, -1))}</code>`
    return Number.isNaN(Date.parse(part)) ? part : instant(part, zone)
  })
}
