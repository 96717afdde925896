import { judge, unreachable } from '../../../domain/judgement/judge.ts'
import type { Judgement } from '../../../domain/judgement/judgement.ts'
import type { ForecastNow } from '../../../domain/judgement/situation.ts'
import { healthNow, type RunView } from './run-view.ts'

/** What the account is judged by, beside the run itself. */
export interface Surroundings {
  /** The billing cycle's. */
  readonly zone: string
  /** The share of what is left that is carried over. */
  readonly rollover: number
  readonly steady: boolean
  /** The schedule goes on with the run where it is interrupted. */
  readonly resumes: boolean
  /** It is the whole job's; and some scheduler is alive that starts others. */
  readonly isWhole: boolean
  readonly isKept: boolean
  /** What unknown calls of other runs hold, and what the schedule's other jobs will spend. */
  readonly heldElsewhere: number
  readonly forecast: ForecastNow
}

/** The judgement on the account while the run is at work in this process. */
export function judgementOf(view: RunView, around: Surroundings, now: number): Judgement {
  const { summary, deadline, controlRequest, databaseUnreachable, selectsMore } = view
  const { resetAt, stopAt } = deadline
  if (databaseUnreachable !== null) return unreachable(now, resetAt, databaseUnreachable.reason)
  const { balance, reserve, unknown } = summary.credits
  const health = healthNow(view, now)
  const atWork = !view.stopping || around.resumes
  return judge({
    now,
    resetAt,
    balance,
    reserve,
    held: unknown + around.heldElsewhere,
    rollover: around.rollover,
    lapsed: null,
    run: {
      summary: { ...summary, controlRequest },
      atWork,
      stopAt,
      steady: around.steady,
      selectsMore,
      isWhole: around.isWhole,
      health,
    },
    failed: null,
    jobs: [],
    scheduler: { isAlive: around.isKept, seenAt: null },
    forecast: around.forecast,
  })
}
