import type { RunStatus } from '../../domain/run/run.ts'
import { iso } from '../../domain/time/iso.ts'
import { figure } from '../../domain/words/figure.ts'
import type { Digest, DigestNews } from './digest-news.ts'
import { type Message, oneLine } from './message.ts'

const SHOWN = 10

/** One notice of many accounts, with what somebody wants to hear of (`on`); null: nothing of that has happened. */
export function digestMessage(news: DigestNews, on: readonly string[], at: number): Message | null {
  const ended = (status: RunStatus) => (on.includes(status) ? news.runs.filter((run) => run.status === status) : [])
  const [completed, stopped, failed] = [ended('completed'), ended('stopped'), ended('failed')]
  const troubled = on.includes('failed') ? news.troubled : []
  const losing = on.includes('forecast') ? news.losing.toSorted((a, b) => (b.atStake ?? 0) - (a.atStake ?? 0)) : []
  if ([completed, stopped, failed, troubled, losing].every(({ length }) => length === 0)) return null
  const data: Digest = {
    since: iso(news.since),
    until: iso(news.until),
    accounts: news.accounts,
    completed: { count: completed.length, credits: sum(completed.map(({ spent }) => spent)) },
    stopped: first(stopped),
    failed: first(failed),
    troubled: first(troubled),
    losing: { ...first(losing), credits: sum(losing.map(({ atStake }) => atStake ?? 0)) },
  }
  return { type: 'accounts.digest', timestamp: iso(at), message: oneLine(wordsOf(data)), data }
}

function first<T>(all: readonly T[]) {
  return { count: all.length, first: all.slice(0, SHOWN) }
}

function sum(amounts: readonly number[]): number {
  return Math.round(amounts.reduce((total, amount) => total + amount, 0) * 1e6) / 1e6
}

/** What needs a person comes first: the line may be cut. */
function wordsOf({ accounts, completed, stopped, failed, troubled, losing }: Digest): string {
  const parts = [
    counted(failed, 'need a person'),
    counted(troubled, 'cannot be worked'),
    counted(losing, `will lose ${figure(losing.credits)} credits`),
    counted(stopped, 'stopped early and go on'),
    completed.count === 0 ? null : `${figure(completed.count)} are done, ${figure(completed.credits)} credits spent`,
  ]
  return `${figure(accounts)} accounts: ${parts.filter((part) => part !== null).join('; ')}`
}

function counted(
  { count, first: some }: { readonly count: number; readonly first: readonly { readonly account: string }[] },
  what: string,
): string | null {
  if (count === 0) return null
  const names = [...new Set(some.map(({ account }) => account))].join(', ')
  return `${figure(count)} ${what} (${names}${count > some.length ? ', …' : ''})`
}
