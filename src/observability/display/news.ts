import { roughly } from '../../domain/time/roughly.ts'
import { figure } from '../../domain/words/figure.ts'
import type { PaceSnapshot, RunEvent } from '../../refresh/events/events.ts'

/** Something that happened, for the list under the figures. */
export type News =
  | Extract<RunEvent, { type: 'database-unreachable' | 'database-back' | 'outside' }>
  | { readonly type: 'resumed'; readonly done: number; readonly selected: number }
  | { readonly type: 'pace'; readonly reason: string }
  | { readonly type: 'vendor-pause'; readonly forMs: number; readonly reason: string | null }
  | { readonly type: 'failed' | 'unknown'; readonly key: string; readonly reason: string | null }
  | { readonly type: 'paused' | 'to-stop'; readonly by: string }
  | { readonly type: 'continued' | 'stopping' }

/** `times`: how often it happened in a row; `at`: the last time, epoch ms. */
export interface NewsItem {
  readonly at: number
  readonly times: number
  readonly news: News
}

const MOST_ITEMS = 8
/** Of several of these in a row, only the last is kept, and counted. */
const ALIKE: readonly News['type'][] = ['failed', 'unknown', 'vendor-pause', 'outside']
const TROUBLE: readonly News['type'][] = ['failed', 'unknown', 'database-unreachable', 'vendor-pause']

export function withNews(items: readonly NewsItem[], news: News, at: number): readonly NewsItem[] {
  const last = items.at(-1)
  if (last !== undefined && last.news.type === news.type && ALIKE.includes(news.type)) {
    const both = last.news.type === 'outside' && news.type === 'outside'
    const summed = both ? { ...news, credits: last.news.credits + news.credits } : news
    return [...items.slice(0, -1), { at, times: last.times + 1, news: summed }]
  }
  return [...items.slice(-(MOST_ITEMS - 1)), { at, times: 1, news }]
}

export function isTrouble({ type }: News): boolean {
  return TROUBLE.includes(type)
}

/** The item in words. Keys and reasons are not escaped. */
export function newsWords({ news, times }: NewsItem): string {
  switch (news.type) {
    case 'resumed':
      return `goes on where it was interrupted: ${figure(news.done)} of ${figure(news.selected)} records are done`
    case 'pace':
      return news.reason
    case 'vendor-pause':
      return `${times > 1 ? `${figure(times)} pauses, the last: ` : ''}no calls for ${waitWords(news.forMs)}${news.reason === null ? ', as the vendor asks' : `: ${news.reason}`}`
    case 'failed':
    case 'unknown':
      return `${itemWords(news.type, news.key, times)}${news.reason === null ? '' : `: ${news.reason}`}`
    case 'paused':
      return `paused by ${news.by}`
    case 'to-stop':
      return `to stop, as ${news.by} asks`
    case 'continued':
      return 'the pause is over: it goes on'
    case 'database-unreachable':
      return `the database is unreachable: ${news.reason}`
    case 'database-back':
      return `the database is back after ${roughly(news.unreachableMs)}`
    case 'outside':
      return `someone else has spent ${figure(news.credits)} credits from the account`
    case 'stopping':
      return 'told to stop'
  }
}

function itemWords(what: 'failed' | 'unknown', key: string, times: number): string {
  return times === 1 ? `record ${key} ${what}` : `${figure(times)} records ${what}, the last ${key}`
}

/** Rounded up to whole seconds. */
export function waitWords(ms: number): string {
  return roughly(Math.ceil(ms / 1_000) * 1_000)
}

/** A change of the pace by this factor is news at once, a smaller one after `PACE_EVERY_MS`. */
const FAR = 1.5
const PACE_EVERY_MS = 30_000
/** The shortest time between two changes that are news. */
const PACE_SOONEST_MS = 2_000

/** Whether the pace has changed enough since `last`, when it was last news. */
export function isPaceNews(
  last: { readonly pace: PaceSnapshot; readonly at: number } | null,
  pace: PaceSnapshot,
  now: number,
): boolean {
  if (pace.passing === true) return false
  if (last === null) return true
  if (last.pace.reason === pace.reason || now - last.at < PACE_SOONEST_MS) return false
  return (
    now - last.at >= PACE_EVERY_MS ||
    isFar(last.pace.concurrency, pace.concurrency) ||
    isFar(last.pace.perSecond ?? 0, pace.perSecond ?? 0)
  )
}

function isFar(a: number, b: number): boolean {
  return Math.max(a, b) > FAR * Math.min(a, b)
}
