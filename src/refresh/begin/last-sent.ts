import type { Run } from '../../domain/run/run.ts'

/** The last moment at which a run's processes before this one can have sent a call, epoch ms. */
export function lastSentBy(before: Run | null): number {
  return before?.abandonedAt ?? before?.endedAt ?? 0
}
