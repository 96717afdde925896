const DAY = { day: 'numeric', month: 'short' } as const
const TIME = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** An instant (epoch ms) as people read it: "30 Nov 2026, 23:55". */
export function zonedTime(at: number, timeZone: string): string {
  return formatted(at, timeZone, { ...DAY, year: 'numeric', ...TIME })
}

/** The same with its time zone: "30 Nov 2026, 23:55 (Europe/Berlin)". */
export function namedTime(at: number, timeZone: string): string {
  return `${zonedTime(at, timeZone)} (${timeZone})`
}

/** The same with its weekday and the zone's short name: "Mon 30 Nov 2026, 22:00 EST". */
export function instantWords(at: number, timeZone: string): string {
  // Only American English has names such as "EST".
  const zone = formatted(at, timeZone, { timeZoneName: 'short' }, 'en-US').split(', ').at(-1)
  return `${formatted(at, timeZone, { weekday: 'short' })} ${zonedTime(at, timeZone)} ${zone}`
}

const WEEK_MS = 6 * 86_400_000

/** In short, from `now`: "Tue 00:00 EST", or the day where that is far: "30 Nov 00:00 EST". */
export function weekdayTime(at: number, timeZone: string, now: number): string {
  const zone = formatted(at, timeZone, { timeZoneName: 'short' }, 'en-US').split(', ').at(-1)
  const day = formatted(at, timeZone, Math.abs(at - now) < WEEK_MS ? { weekday: 'short' } : DAY)
  return `${day} ${formatted(at, timeZone, TIME)} ${zone}`
}

const ISO_INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g

/** A text whose ISO 8601 instants are put as people read them. */
export function inZone(text: string, timeZone: string): string {
  return text.replace(ISO_INSTANT, (found) => {
    const at = Date.parse(found)
    return Number.isNaN(at) ? found : instantWords(at, timeZone)
  })
}

/** To the second, if the time that it belongs to was short. */
export function fineTime(at: number, timeZone: string, spanMs: number): string {
  return spanMs >= 3_600_000 ? zonedTime(at, timeZone) : formatted(at, timeZone, { ...TIME, second: '2-digit' })
}

/** What stands at a chart's axis: the time of day, with seconds where the whole is short, or the day where it is long. */
export function axisTime(at: number, timeZone: string, spanMs: number): string {
  if (spanMs < 600_000) return formatted(at, timeZone, { ...TIME, second: '2-digit' })
  if (spanMs < 86_400_000) return formatted(at, timeZone, TIME)
  return formatted(at, timeZone, spanMs < 6 * 86_400_000 ? { ...DAY, ...TIME } : DAY)
}

const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** Formats are kept: making one takes longer than using it a hundred times. */
function formatted(at: number, timeZone: string, options: Intl.DateTimeFormatOptions, locale = 'en-GB'): string {
  const key = [timeZone, locale, ...Object.keys(options)].join(' ')
  const format = FORMATS.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone })
  FORMATS.set(key, format)
  return format.format(at)
}
