import type { RunControls, RunOptions, What } from '../app/run/run-controls.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import type { RunSummary } from '../domain/run/run.ts'
import type { RunEvent } from '../refresh/events/events.ts'
import { checkedConfig } from './checked-config.ts'
import { EventStream } from './event-stream.ts'
import { stoppable } from './stoppable.ts'

/** A run in progress. Iterating over it yields its events from then on; not iterating costs nothing. */
export interface RunHandle extends AsyncIterable<RunEvent> {
  /** Resolves when the run has ended or stopped; rejects if it could not begin, or failed (InputError, LeaseHeldError …). */
  readonly summary: Promise<RunSummary>
  /** No new calls; those in flight finish, their outcomes commit, and `summary` resolves as `interrupted`. */
  stop(): void
}

/**
 * Starts a run from a config object: `const handle = run(config, { job: 'month-end' })`. The config is checked first;
 * `handle.summary` rejects with InputError, with every problem, before anything is spent.
 */
export function run(config: AnyConfig, options: RunOptions = {}, controls: RunControls = {}): RunHandle {
  return start(config, options, controls)
}

/** Resumes the latest interrupted run, or the one named. */
export function resume(config: AnyConfig, runId: string | null = null, controls: RunControls = {}): RunHandle {
  return start(config, { resume: runId }, controls)
}

function start(config: AnyConfig, what: What, controls: RunControls): RunHandle {
  const stream = new EventStream<RunEvent>()
  const onEvent = (event: RunEvent) => {
    controls.onEvent?.(event)
    stream.push(event)
  }
  const perform = async (signal: AbortSignal) => {
    const checked = checkedConfig(config)
    const { startRun } = await import('../app/run/run.ts')
    return startRun(checked, what, { ...controls, signal, onEvent }).summary
  }
  const running = stoppable(controls.signal, (signal) => perform(signal).finally(() => stream.end()))
  return { ...running, [Symbol.asyncIterator]: () => stream.iterate() }
}
