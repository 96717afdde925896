import { roughly } from '../../domain/roughly.ts'

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
  return ['failed', 'unknown', 'database-unreachable', 'vendor-pause'].includes(kind)
}

/** A duration as long as something is asked to wait. */
export function waitWords(ms: number): string {
  return roughly(Math.ceil(ms / 1_000) * 1_000)
}
