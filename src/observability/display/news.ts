import { roughly } from '../../domain/time/roughly.ts'
import { figure } from '../../domain/words/figure.ts'
import type { PaceSnapshot } from '../../refresh/events/events.ts'

/** Something that happened, for the list under the figures. */
export type News =
  | { readonly kind: 'resumed'; readonly done: number; readonly selected: number }
  | { readonly kind: 'pace'; readonly reason: string }
  | { readonly kind: 'vendor-pause'; readonly forMs: number; readonly reason: string | null }
  | { readonly kind: 'failed' | 'unknown'; readonly key: string; readonly reason: string | null }
  | { readonly kind: 'paused' | 'to-stop'; readonly by: string }
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'database-unreachable'; readonly reason: string }
  | { readonly kind: 'database-back'; readonly unreachableMs: number }
  | { readonly kind: 'outside'; readonly credits: number }
  | { readonly kind: 'stopping' }

/** `times`: so often one after another; `at` is the last, epoch ms. */
export interface NewsItem {
  readonly at: number
  readonly times: number
  readonly news: News
}

const MOST_ITEMS = 8
/** Of these only the last is kept, with how many there were. */
const ALIKE: readonly News['kind'][] = ['failed', 'unknown', 'vendor-pause', 'outside']
const TROUBLE: readonly News['kind'][] = ['failed', 'unknown', 'database-unreachable', 'vendor-pause']

/** The newest is the last. */
export function withNews(items: readonly NewsItem[], news: News, at: number): readonly NewsItem[] {
  const last = items.at(-1)
  if (last !== undefined && last.news.kind === news.kind && ALIKE.includes(news.kind)) {
    return [...items.slice(0, -1), { at, times: last.times + 1, news: together(last.news, news) }]
  }
  return [...items.slice(-(MOST_ITEMS - 1)), { at, times: 1, news }]
}

/** Amounts add up. */
function together(before: News, news: News): News {
  return before.kind === 'outside' && news.kind === 'outside'
    ? { kind: 'outside', credits: before.credits + news.credits }
    : news
}

export function isTrouble({ kind }: News): boolean {
  return TROUBLE.includes(kind)
}

/** The item in words; keys and reasons stand in them as they came. */
export function newsWords({ news, times }: NewsItem): string {
  switch (news.kind) {
    case 'resumed':
      return `goes on where it was interrupted: ${figure(news.done)} of ${figure(news.selected)} records are done`
    case 'pace':
      return news.reason
    case 'vendor-pause':
      return `${times > 1 ? `${figure(times)} pauses, the last: ` : ''}no calls for ${waitWords(news.forMs)}${news.reason === null ? ', as the vendor asks' : `: ${news.reason}`}`
    case 'failed':
    case 'unknown':
      return `${itemWords(news.kind, news.key, times)}${news.reason === null ? '' : `: ${news.reason}`}`
    case 'paused':
      return `paused by ${news.by}`
    case 'to-stop':
      return `to stop, as ${news.by} asks`
    case 'goes-on':
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

/** How long to wait, in words: rounded up to whole seconds. */
export function waitWords(ms: number): string {
  return roughly(Math.ceil(ms / 1_000) * 1_000)
}

/** A pace that has changed by this factor is news at once; smaller steps are news now and then. */
const FAR = 1.5
const PACE_EVERY_MS = 30_000
/** Changes of the pace are news no more often than this. */
const PACE_SOONEST_MS = 2_000

/** Whether the pace has changed so much since `last`, when it was last news, that it is news again. */
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
