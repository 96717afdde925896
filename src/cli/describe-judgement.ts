import type { ShownJudgement } from '../domain/judgement/judgement-words.ts'

/** The account's outlook, above everything else: what will be lost, why, and what to do. */
export function describeJudgement({ sentence, why, todo }: ShownJudgement): string[] {
  return [sentence, `  ${why}`, ...(todo === null ? [] : [`  ${todo}`])]
}
