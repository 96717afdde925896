import { nearestName } from '../errors/problem.ts'

/** A day of the month: a number, the nth before the last, or the working day nearest to a day. */
export type MonthDay =
  | { readonly kind: 'day'; readonly day: number }
  | { readonly kind: 'last'; readonly before: number }
  | { readonly kind: 'working-day-near'; readonly day: number }
  | { readonly kind: 'last-working-day' }

/** A day of the week; 0 is Sunday. */
export type WeekDay =
  | { readonly kind: 'weekday'; readonly weekday: number }
  | { readonly kind: 'nth'; readonly weekday: number; readonly nth: number }
  | { readonly kind: 'last-of-month'; readonly weekday: number }

/** A parsed cron expression. Numbers are sorted; null: any day. */
export interface CronExpression {
  readonly seconds: readonly number[]
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly months: readonly number[]
  /** If both are given, a day that matches either is due, as in cron(5). */
  readonly monthDays: readonly MonthDay[] | null
  readonly weekDays: readonly WeekDay[] | null
}

interface Field {
  readonly name: string
  readonly least: number
  readonly most: number
  readonly names?: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

const SECOND: Field = { name: 'second', least: 0, most: 59 }
const MINUTE: Field = { name: 'minute', least: 0, most: 59 }
const HOUR: Field = { name: 'hour', least: 0, most: 23 }
const MONTH_DAY: Field = { name: 'day of the month', least: 1, most: 31 }
const MONTH: Field = { name: 'month', least: 1, most: 12, names: MONTHS }
/** 7 is Sunday, too. */
const WEEK_DAY: Field = { name: 'day of the week', least: 0, most: 7, names: DAYS }

/** The message says what is wrong with the expression. */
class Unreadable extends Error {}

/**
 * Reads a cron expression of five fields, or six with seconds first: `*`, `?`, numbers, names, ranges, steps and
 * lists; `L`, `L-3`, `15W`, `LW` for days of the month; `5L` (the last Friday) and `5#2` (the second) for days of the
 * week.
 */
export function parseCron(text: string): { readonly cron: CronExpression } | { readonly problem: string } {
  const fields = text.trim().toLowerCase().split(/\s+/)
  const [seconds = '', minutes = '', hours = '', monthDays = '', months = '', weekDays = ''] =
    fields.length === 5 ? ['0', ...fields] : fields
  if (fields.length !== 5 && fields.length !== 6) return { problem: `It has ${fields.length} fields.` }
  try {
    const cron = {
      seconds: numbers(seconds, SECOND),
      minutes: numbers(minutes, MINUTE),
      hours: numbers(hours, HOUR),
      months: numbers(months, MONTH),
      monthDays: isAny(monthDays) ? null : monthDays.split(',').flatMap(readMonthDay),
      weekDays: isAny(weekDays) ? null : weekDays.split(',').flatMap(readWeekDay),
    }
    return { cron }
  } catch (error) {
    if (error instanceof Unreadable) return { problem: error.message }
    throw error
  }
}

function isAny(field: string): boolean {
  return field === '*' || field === '?'
}

function numbers(field: string, of: Field): number[] {
  const found = new Set(field.split(',').flatMap((part) => range(part, of)))
  return [...found].sort((a, b) => a - b)
}

function readMonthDay(part: string): MonthDay[] {
  if (part === 'lw' || part === 'wl') return [{ kind: 'last-working-day' }]
  const last = /^l(?:-(\d{1,2}))?$/.exec(part)
  if (last !== null) return [{ kind: 'last', before: bounded(last[1] ?? '0', { ...MONTH_DAY, least: 0, most: 30 }) }]
  const near = /^(\d{1,2})w$/.exec(part)
  if (near !== null) return [{ kind: 'working-day-near', day: bounded(near[1] ?? '', MONTH_DAY) }]
  return range(part, MONTH_DAY).map((day) => ({ kind: 'day', day }))
}

function readWeekDay(part: string): WeekDay[] {
  const special = /^(\w+?)(?:(l)|#(\d))$/.exec(part)
  if (special === null) return range(part, WEEK_DAY).map((day) => ({ kind: 'weekday', weekday: day % 7 }))
  const weekday = bounded(special[1] ?? '', WEEK_DAY) % 7
  if (special[2] !== undefined) return [{ kind: 'last-of-month', weekday }]
  return [{ kind: 'nth', weekday, nth: bounded(special[3] ?? '', { name: 'week of the month', least: 1, most: 5 }) }]
}

/** `*`, `5`, `1-5`, each with an optional step such as `/2`; `5/10` continues to the field's end. */
function range(part: string, field: Field): number[] {
  const found = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part)
  if (found === null) throw new Unreadable(`"${part}" is no ${field.name}.`)
  const [, any, from, to, every] = found
  const step = every === undefined ? 1 : Number(every)
  if (step < 1) throw new Unreadable(`"${part}" has a step of 0.`)
  const first = any === undefined ? bounded(from ?? '', field) : field.least
  // Each weekday once: 7 is the same day as 0.
  const end = field === WEEK_DAY ? 6 : field.most
  const last = to !== undefined ? bounded(to, field) : any === undefined && every === undefined ? first : end
  if (last < first) throw new Unreadable(`"${part}" ends before it begins.`)
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, at) => first + at * step)
}

function bounded(text: string, field: Field): number {
  const named = field.names?.indexOf(text) ?? -1
  if (named >= 0) return named + field.least
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN
  if (number >= field.least && number <= field.most) return number
  const nearest = nearestName(text, field.names ?? [])
  const meant = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  throw new Unreadable(`"${text}" is no ${field.name} (${field.least} to ${field.most}).${meant}`)
}
