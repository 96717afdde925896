import type { RunStore } from '../../refresh/ports/store.ts'
import { inThread } from './thread.ts'
import type { WorkerStart } from './worker-protocol.ts'

const METHODS = [
  'readLease',
  'takeLease',
  'renewLease',
  'releaseLease',
  'account',
  'setExpected',
  'spentSince',
  'chargesSince',
  'callsSince',
  'noteFound',
  'createRun',
  'findRun',
  'runs',
  'latestInterrupted',
  'unsettledRuns',
  'expireCalls',
  'reopenRun',
  'wish',
  'endRun',
  'liftCoolDowns',
  'select',
  'interrupted',
  'checkpoint',
  'markSent',
  'settleUnknown',
  'pruneReplies',
  'pruneRuns',
] as const satisfies readonly (keyof RunStore)[]

/**
 * The store in a thread of its own. A statement of SQLite's blocks its thread until the disk has it, and Prisma's
 * work on a checkpoint takes a core's time; neither may slow the calls, or be taken for the vendor's slowness.
 * Null where the built worker is not there (the sources under test): the caller then works without one.
 */
export function workerStore(start: WorkerStart): RunStore | null {
  return inThread<RunStore>(new URL('./store-worker.js', import.meta.url), start, METHODS)
}
