import { type Credits, least, minus, plus, toDecimal } from '../../domain/credits/credits.ts'
import type { Run } from '../../domain/run/run.ts'
import { isOver } from '../control/cycle-over.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { RunRequest, RunSpec } from '../ports/run-spec.ts'
import type { OpeningBalance } from './opening-balance.ts'

export async function reserveToBegin(
  { job, spec }: Pick<RunRequest & { kind: 'new' }, 'job' | 'spec'>,
  { workOutReserve, log }: Pick<RunParts, 'workOutReserve' | 'log'>,
  opening: OpeningBalance,
): Promise<Credits> {
  if (spec.reserveTerms === undefined) return spec.reserve
  const reserved = await workOutReserve(spec.reserveTerms, { job, ...opening })
  if (reserved === null) return spec.reserve
  log.info({ job, reserve: toDecimal(reserved.credits), how: reserved.how }, 'the reserve is worked out')
  return reserved.credits
}

/**
 * The resumed run with its automatic reserve recalculated: as the reset nears, others need less, and the difference goes
 * to the run's budget. The reserve never grows, so the one reported at the start still holds; a fixed share is kept.
 */
export async function lowered(run: Run, spec: RunSpec, parts: RunParts, opening: OpeningBalance): Promise<Run> {
  const { workOutReserve, log } = parts
  if (spec.reserveTerms?.kind !== 'auto' || isOver(run, parts)) return run
  const reserved = await workOutReserve(spec.reserveTerms, { job: run.job, ...opening })
  if (reserved === null || reserved.credits >= run.reserve) return run
  const budget = plus(run.budget, minus(run.reserve, reserved.credits))
  log.info({ runId: run.id, reserve: toDecimal(reserved.credits), how: reserved.how }, 'the reserve shrinks')
  return {
    ...run,
    reserve: reserved.credits,
    budget: spec.budget === 'remaining' ? budget : least(spec.budget, budget),
  }
}
