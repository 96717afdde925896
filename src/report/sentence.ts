import { figure, percent } from '../domain/figure.ts'
import type { RunSummary } from '../domain/run.ts'
import type { Accounts } from './accounts.ts'

/** What the run has come to, for someone who reads nothing else. */
export function sentenceOf(summary: RunSummary, accounts: Accounts): string {
  const { records, credits, changes } = summary
  const changed = changes === null || changes.compared === 0 ? [] : [`${figure(changes.changed)} of them had changed`]
  const misses = [
    [records.notFound, 'not found'],
    [records.failed, 'failed'],
    [records.unknown, 'without a known outcome'],
  ] as const
  const others = misses.filter(([count]) => count > 0).map(([count, words]) => `${figure(count)} ${words}`)
  const parts = [
    bought(summary),
    ...changed,
    ...(others.length === 0 ? [] : [`${others.join(', ')}`]),
    ...(credits.unknown > 0 ? [`${plural(credits.unknown, 'credit')} unknown until reconciled`] : []),
    ...unspent(accounts),
  ]
  return `${parts.join('; ')}.`
}

function bought({ status, records, credits }: RunSummary): string {
  const { budget, spent, balance, reserve } = credits
  if (budget === 0 && spent === 0)
    return `There was nothing to spend${balance === null ? '' : ` (balance ${figure(balance)}, reserve ${figure(reserve)})`}`
  const became = status === 'running' ? 'have become' : 'became'
  return `${percent(spent, budget)} of ${figure(budget)} credits ${became} ${plural(records.refreshed, 'refreshed record')}`
}

function unspent({ parts }: Accounts): string[] {
  return parts
    .filter(({ of }) => of === 'unused')
    .map(({ credits, why }) =>
      credits < 0
        ? `${plural(-credits, 'credit')} above the budget: ${why}`
        : `${plural(credits, 'credit')} not spent: ${why}`,
    )
}

export function plural(count: number, word: string): string {
  return `${figure(count)} ${word}${count === 1 ? '' : 's'}`
}
