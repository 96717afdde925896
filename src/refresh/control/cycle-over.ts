import { cycleAt } from '../../domain/cycle/billing-cycle.ts'
import { type Deadline, deadlineAt, STOP_BEFORE_RESET_MS } from '../../domain/cycle/deadline.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { RunSpec } from '../ports/run-spec.ts'
import { settlesWithinMs } from '../settle/settlement.ts'

/** A run's deadline, frozen when it began; recalculated for runs from before it was stored. */
export function deadlineOf(
  run: Pick<Run, 'spec' | 'createdAt'>,
  { cycle, rules }: Pick<RunParts, 'cycle' | 'rules'>,
): Deadline {
  const { resetAt, stopBeforeResetMs } = JSON.parse(run.spec) as Partial<RunSpec>
  const end = resetAt ?? cycleAt(run.createdAt, cycle).endAt
  return deadlineAt(end, stopBeforeResetMs ?? STOP_BEFORE_RESET_MS, settlesWithinMs(rules))
}

/** True if the run's billing cycle has ended. */
export function isOver(
  run: Pick<Run, 'spec' | 'createdAt'>,
  parts: Pick<RunParts, 'cycle' | 'rules' | 'clock'>,
): boolean {
  return parts.clock.now() >= deadlineOf(run, parts).resetAt
}
