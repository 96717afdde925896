import type { ShownJudgement } from '../domain/judgement/judgement-words.ts'
import type { RunSummary } from '../domain/run/run.ts'
import { figure, percent } from '../domain/words/figure.ts'
import { counted, countsOf } from '../domain/words/words.ts'
import type { Accounts } from './accounts.ts'
import { correctionWords, type Value } from './value.ts'

export function sentenceOf(summary: RunSummary, accounts: Accounts, value: Value): string {
  const { records, credits, changes } = summary
  const changed = changes === null || changes.compared === 0 ? [] : [`${figure(changes.changed)} of them had changed`]
  const cost = correctionWords(value)
  const others = countsOf([
    [records.notFound, 'not found'],
    [records.failed, 'failed'],
    [records.unknown, 'without a known outcome'],
  ])
  const parts = [
    bought(summary),
    ...changed,
    ...(cost === null ? [] : [cost]),
    ...(others.length === 0 ? [] : [others.join(', ')]),
    ...(credits.unknown > 0 ? [`${counted(credits.unknown, 'credit')} unknown until reconciled`] : []),
    ...unspent(accounts),
  ]
  return `${parts.join('; ')}.`
}

/** How the account stood when the report was made. */
export function accountWords({ sentence, why, todo }: ShownJudgement): string {
  return `The account: ${sentence}. ${why}${todo === null ? '' : ` ${todo}`}`
}

function bought({ status, records, credits }: RunSummary): string {
  const { budget, spent, balance, reserve } = credits
  if (budget === 0 && spent === 0)
    return `There was nothing to spend${balance === null ? '' : ` (balance ${figure(balance)}, reserve ${figure(reserve)})`}`
  const became = status === 'running' ? 'have become' : 'became'
  return `${percent(spent, budget)} of ${figure(budget)} credits ${became} ${counted(records.refreshed, 'refreshed record')}`
}

function unspent({ parts }: Accounts): string[] {
  return parts
    .filter(({ of }) => of === 'unused')
    .map(({ credits, why }) =>
      credits < 0
        ? `${counted(-credits, 'credit')} above the budget: ${why}`
        : `${counted(credits, 'credit')} not spent: ${why}`,
    )
}
