import { counted } from '../domain/words/words.ts'
import type { Cause } from './forecast.ts'

/** Facts that the advice depends on. */
export interface Around {
  readonly coolingDown: number
  /** Younger records are not eligible; null: age does not matter. */
  readonly minAgeMs: number | null
  /** The latest safe start, ISO 8601. */
  readonly latest: string | null
  /** The schedule's reason; undefined: the job has no schedule. */
  readonly why: string | undefined
}

/** Advice on how to use the credits that a cause leaves. */
export function changeFor(cause: Cause, { coolingDown, minAgeMs, latest, why }: Around): string {
  switch (cause) {
    case 'budget':
      return "a larger `budget`, or 'remaining'"
    case 'too-few-records':
      return `more eligible records: ${moreRecords(coolingDown, minAgeMs)}`
    case 'too-slow':
      return 'more calls at once or a second (`limits`), records in bulk, or a start earlier in the next cycle'
    case 'starts-too-late':
      return `a start by ${latest}: \`schedule: { beforeReset: 'auto' }\` finds it by itself`
    case 'no-start':
      return why === undefined
        ? "a `schedule`, such as { beforeReset: 'auto' }, with `spenddown tick` or `schedule`; or `spenddown run`"
        : `\`spenddown run\` by hand; the schedule says: ${why}`
  }
}

function moreRecords(coolingDown: number, minAgeMs: number | null): string {
  const ways = ['a wider `where` or `eligible`', 'a larger `limit`']
  if (minAgeMs !== null) ways.push('a shorter `minAge`')
  // A shorter `coolDown` is for the records that will be tried: it does nothing for those that were.
  if (coolingDown > 0) ways.push(`\`spenddown cooldown clear\` for ${counted(coolingDown, 'record')} cooling down`)
  return ways.join(', ')
}
