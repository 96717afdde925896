import { Temporal } from 'temporal-polyfill'
import { figure } from '../../domain/words/figure.ts'
import { roundTime } from '../round-times.ts'

export interface TimeSpan {
  /** Epoch milliseconds. */
  readonly fromAt: number
  readonly toAt: number
  readonly timeZone: string
}

export interface Tick {
  readonly value: number
  readonly label: string
}

/** Round times of day in the time zone, `most` of them at most. */
export function timeTicks({ fromAt, toAt, timeZone }: TimeSpan, most: number): number[] {
  const step = roundTime(toAt - fromAt, most)
  const offset = offsetAt(fromAt, timeZone)
  // Daylight saving changes the offset. Hours stay round all the same.
  const shift = (at: number) => (step > HOUR_MS ? offsetAt(at, timeZone) - offset : 0)
  const ticks: number[] = []
  for (let at = Math.ceil((fromAt + offset) / step) * step - offset; at - shift(at) <= toAt; at += step)
    ticks.push(at - shift(at))
  return ticks
}

const HOUR_MS = 3_600_000

/** The zone's offset from UTC, ms. */
function offsetAt(at: number, timeZone: string): number {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.round(at)).toZonedDateTimeISO(timeZone)
  return zoned.offsetNanoseconds / 1e6
}

const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** Round figures from 0 to `most` or above. */
export function amountTicks(most: number, count = 4): readonly Tick[] {
  const step = roundStep(most / count)
  const ticks: Tick[] = []
  for (let value = 0; ticks.length === 0 || (ticks.at(-1)?.value ?? 0) < most; value = round(value + step))
    ticks.push({ value, label: compact(value) })
  return ticks
}

/** Powers of ten, and 2 and 5 times them, around two positive figures. */
export function logTicks(least: number, most: number): readonly number[] {
  const all: number[] = []
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++)
    for (const digit of [1, 2, 5]) all.push(digit * 10 ** power)
  const from = all.findLastIndex((value) => value <= least)
  const to = all.findIndex((value) => value >= most)
  const ticks = all.slice(Math.max(0, from), to + 1)
  const isPower = (value: number) => Number.isInteger(Math.log10(value))
  return ticks.length <= 7 ? ticks : ticks.filter((value, at) => at === 0 || at === ticks.length - 1 || isPower(value))
}
function roundStep(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return round(([1, 2, 2.5, 5, 10].find((digit) => digit * power >= least * 0.999) ?? 10) * power)
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}

function compact(value: number): string {
  return value !== 0 && value < 1 ? String(Number(value.toPrecision(2))) : COMPACT.format(value)
}

export function durationLabel(ms: number): string {
  return ms >= 1_000 ? `${figure(ms / 1_000)} s` : `${figure(ms)} ms`
}
