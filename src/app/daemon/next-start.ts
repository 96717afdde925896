import type { Config } from '../../config/config.ts'
import type { Ticked } from './tick.ts'

/** When the job is due next, epoch ms; null: now, or not known. */
export function nextStartOf({ job, decision }: Ticked['chosen'], { jobs }: Config): number | null {
  if (decision.kind !== 'wait') return null
  // Other schedules have one run per cycle; when the next one is due is only known in the next cycle.
  const isByCron = jobs[job]?.schedule?.kind === 'cron'
  return decision.because === 'not-due' || (isByCron && decision.because === 'done') ? decision.until : null
}
