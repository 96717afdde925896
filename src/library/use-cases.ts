import type { TickSummary } from '../app/daemon/tick-summary.ts'
import type { Diagnosis } from '../app/health/diagnosis.ts'
import type { ImportControls, ImportHandle, ImportRequest } from '../app/import/import-controls.ts'
import type { AccountStatus, JudgedPlan } from '../app/plan/judged.ts'
import type {
  Due,
  ReplayControls,
  ReplayOptions,
  RunControls,
  RunOptions,
  UnknownControls,
  What,
} from '../app/run/run-controls.ts'
import type { AnyConfig } from '../config/options/spenddown-config.ts'
import { checkedConfig } from '../config/resolve-config.ts'
import type { DecidedCall, UnknownCalls } from '../domain/call/unknown-call.ts'
import type { RunSummary } from '../domain/run/run.ts'
import type { RunEvent } from '../refresh/events/events.ts'
import type { ReplaySummary } from '../refresh/replay/replay-report.ts'
import type { Saying } from '../refresh/settle/settle-by-hand.ts'
import type { Report } from '../report/report.ts'
import { EventStream } from './event-stream.ts'

// What a program can call. Each checks the config and loads the one use case that it needs.

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

/**
 * Reads a file of people into the config's table: `const { summary } = importRecords(config, { file: 'people.jsonl' })`.
 * `summary` rejects with InputError, with every problem, before a record is written.
 */
export function importRecords(config: AnyConfig, request: ImportRequest, controls: ImportControls = {}): ImportHandle {
  return stoppable(controls.signal, async (signal) => {
    const checked = checkedConfig(config)
    const { importFile } = await import('../app/import/import-records.ts')
    return importFile(checked, request, { ...controls, signal })
  })
}

/** Work that can be stopped, by its caller's signal as well. A rejection that nobody awaits does not end the process. */
function stoppable<T>(caller: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>) {
  const stopping = new AbortController()
  const summary = work(caller === undefined ? stopping.signal : AbortSignal.any([stopping.signal, caller]))
  summary.catch(() => {})
  return { summary, stop: () => stopping.abort() }
}

/** Maps the paid replies of a run again and writes what changed; no calls. Rejects with InputError, LeaseHeldError. */
export async function replay(
  config: AnyConfig,
  options: ReplayOptions = {},
  controls: ReplayControls = {},
): Promise<ReplaySummary> {
  const checked = checkedConfig(config)
  const { startReplay } = await import('../app/run/replay.ts')
  return startReplay(checked, options, controls)
}

/** A run's report, by default the latest's; `reportText` renders it. Rejects with InputError if there is no such run. */
export async function report(config: AnyConfig, runId: string | null = null): Promise<Report> {
  const checked = checkedConfig(config)
  const { makeReport } = await import('../app/report/report.ts')
  return makeReport(checked, runId, Date.now())
}

/**
 * A run as it stands, by default the latest, and the judgement on the account. One that another process is working on is 'running', as of its last
 * checkpoint. Rejects with InputError if there is no such run.
 */
export async function status(config: AnyConfig, runId: string | null = null): Promise<AccountStatus> {
  const checked = checkedConfig(config)
  const { accountStatus } = await import('../app/plan/judgement.ts')
  return accountStatus(checked, { database: checked.database, vendor: checked.vendor.name }, runId)
}

/** What a job would do until the reset, by default the only job. Spends nothing; asks the vendor for the balance alone. */
export async function plan(config: AnyConfig, job?: string): Promise<JudgedPlan> {
  const checked = checkedConfig(config)
  const { plan: planned } = await import('../app/plan/plan.ts')
  return planned(checked, job)
}

/** Looks at everything that a run depends on. Spends nothing, and changes nothing. */
export async function doctor(config: AnyConfig): Promise<Diagnosis> {
  const checked = checkedConfig(config)
  const { examine } = await import('../app/health/doctor.ts')
  return examine(checked)
}

/**
 * Does once what the schedule has to be done now, and resolves when a run that it started has ended: for whoever calls it
 * every few minutes. The controls are that run's. Rejects with InputError, or as the run does.
 */
export async function tick(config: AnyConfig, controls: RunControls = {}): Promise<TickSummary> {
  const checked = checkedConfig(config)
  const [{ tickOnce }, { startRun }] = await Promise.all([
    import('../app/daemon/tick-once.ts'),
    import('../app/run/run.ts'),
  ])
  const perform = async (due: Due) => {
    let report: string | null = null
    const onReport = (where: string) => {
      report = where
      controls.onReport?.(where)
    }
    const run = await startRun(checked, due, { ...controls, onReport }).summary
    return { run, report }
  }
  return tickOnce(checked, { log: controls.log, perform })
}

/** The unknown calls of the config's vendor account, with what is known of them. Spends nothing. */
export async function unknownCalls(config: AnyConfig): Promise<UnknownCalls> {
  const checked = checkedConfig(config)
  const { listUnknown } = await import('../app/run/unknown-calls.ts')
  return listUnknown(checked)
}

/** Settles unknown calls, all or none; `by`: who decides. Rejects with InputError, LeaseHeldError. */
export async function settleUnknown(
  config: AnyConfig,
  decisions: readonly Saying[],
  by: string,
  controls: UnknownControls = {},
): Promise<readonly DecidedCall[]> {
  const checked = checkedConfig(config)
  const { decideUnknown } = await import('../app/run/unknown-calls.ts')
  return decideUnknown(checked, decisions, by, controls)
}
