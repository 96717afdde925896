import type { AnchoredTerms } from '../../src/domain/cycle/billing-cycle.ts'
import { cycleAt } from '../../src/domain/cycle/billing-cycle.ts'
import { lognormal, randomFrom } from '../pace/random.ts'

/** A year of one account, drawn at random. Credits are whole; instants are epoch ms. */
export interface Year {
  readonly seed: number
  readonly terms: AnchoredTerms
  readonly resets: readonly number[]
  readonly beginAt: number
  readonly allotment: number
  /** What others take, and when: the daily load, people, top-ups (below zero). */
  readonly takings: readonly Taking[]
  /** Calls a second that the vendor serves; each costs a credit. */
  readonly perSecond: number
  readonly outages: readonly Span[]
  readonly machines: readonly Machine[]
  /** Of a hundred five-minute stretches of a run, so many end with the process dead. */
  readonly killed: number
  readonly random: () => number
}

export interface Taking {
  readonly at: number
  readonly credits: number
  readonly daily: boolean
}

export interface Span {
  readonly from: number
  readonly until: number
}

/** Where a daemon runs. */
export interface Machine {
  readonly tickMs: number
  readonly offsetMs: number
  /** Its clock is so far ahead. */
  readonly aheadMs: number
  readonly down: readonly Span[]
}

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
]
const BEGIN_AT = Date.parse('2027-01-10T00:00:00Z')
const CYCLES = 12

export function yearOf(seed: number): Year {
  const random = randomFrom(seed)
  const between = (least: number, most: number) => least + random() * (most - least)
  const terms = {
    anchorDay: 1 + Math.floor(random() * 31),
    timeZone: ZONES[Math.floor(random() * ZONES.length)] as string,
  }
  const resets = resetsOf(terms)
  const beginAt = cycleAt(BEGIN_AT, terms).startAt
  const endAt = resets.at(-1) as number
  const allotment = Math.round(Math.exp(between(Math.log(1_000), Math.log(200_000))))
  // From one that needs minutes for all of it to one that needs two days.
  const perSecond = allotment / Math.exp(between(Math.log(600), Math.log(48 * 3_600)))
  const machines = Array.from({ length: random() < 0.3 ? 2 : 1 }, () => ({
    tickMs: Math.round(between(5, 60)) * 60_000,
    offsetMs: Math.floor(between(0, 3_600_000)),
    aheadMs: Math.round(between(-90_000, 90_000)),
    down: spans(random, beginAt, endAt, between(0.2, 4), between(0.1, 12) * HOUR_MS),
  }))
  return {
    seed,
    terms,
    resets,
    beginAt,
    allotment,
    takings: takingsOf(random, beginAt, endAt, allotment),
    perSecond,
    outages: spans(random, beginAt, endAt, between(0, 8), between(0.1, 2) * HOUR_MS),
    machines,
    killed: random() < 0.5 ? between(0, 4) : 0,
    random,
  }
}

function resetsOf(terms: AnchoredTerms): number[] {
  const resets: number[] = []
  for (let at = BEGIN_AT; resets.length < CYCLES; at = resets.at(-1) as number) resets.push(cycleAt(at, terms).endAt)
  return resets
}

/** A load every day, fewer on weekends; people now and then; a top-up in some years. In the order of their time. */
function takingsOf(random: () => number, beginAt: number, endAt: number, allotment: number): Taking[] {
  const share = 0.2 + 0.6 * random()
  const [variation, weekend, hour] = [0.1 + 0.5 * random(), random() < 0.6 ? 0.3 : 1, Math.floor(24 * random())]
  const mean = (allotment * share) / 30.5
  const takings: Taking[] = []
  for (let day = beginAt; day < endAt; day += DAY_MS) {
    const weekday = new Date(day).getUTCDay()
    const rest = weekday === 0 || weekday === 6 ? weekend : 1
    takings.push({
      at: day + hour * HOUR_MS,
      credits: Math.round(lognormal(random, mean * rest, variation)),
      daily: true,
    })
    if (random() < 0.1)
      takings.push({ at: day + random() * DAY_MS, credits: Math.ceil(0.2 * mean * random()), daily: false })
    if (random() < 0.003)
      takings.push({ at: day + random() * DAY_MS, credits: -Math.round(0.2 * allotment), daily: false })
  }
  return takings.toSorted((a, b) => a.at - b.at)
}

/** So many a month, so long in the mean. */
function spans(random: () => number, from: number, until: number, aMonth: number, meanMs: number): Span[] {
  const found: Span[] = []
  if (aMonth === 0) return found
  for (let at = from; ; ) {
    at += (-Math.log(1 - random()) / aMonth) * 30 * DAY_MS
    if (at >= until) return found
    const end = at + lognormal(random, meanMs, 1.5)
    found.push({ from: at, until: end })
    at = end
  }
}

/** True within one of the spans. A cursor a caller keeps would be quicker; there are few of them. */
export function within(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, until }) => at >= from && at < until)
}
