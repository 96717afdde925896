import type { RunEvent, RunProbe } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { MayBegin } from '../../refresh/ports/run-spec.ts'

/** The options of a run: a job of the config, a selection, or a job narrowed by a selection. */
export interface RunOptions {
  /** A job's name. Default: the only job, or with a selection below a run without a job. */
  readonly job?: string
  /** A condition in the language of the config's `where`. */
  readonly where?: unknown
  /** Conditions such as `country=US`; all must hold. */
  readonly filters?: readonly string[]
  /** Primary keys. */
  readonly ids?: Iterable<string>
  /** The most records. */
  readonly limit?: number
  /** The most credits to spend. */
  readonly budget?: number
  /** Credits to leave for others, or a share such as '10%'. */
  readonly reserve?: number | string
  /** Start a new run even if one of the job was interrupted. */
  readonly new?: boolean
}

/** What the schedule wants to run. `mayBegin` re-checks that once the lease is acquired. */
export interface Due {
  readonly due:
    | { readonly kind: 'start'; readonly job: string; readonly slot: number }
    | { readonly kind: 'resume'; readonly runId: string }
  readonly mayBegin: MayBegin
}

/** What to run: a job or a selection, an interrupted run, or what is due by the schedule. */
export type What = RunOptions | { readonly resume: string | null } | Due

export interface RunControls {
  /** Where log lines go; without it nothing is logged. */
  readonly log?: Log
  /** Called with every event as it happens. */
  readonly onEvent?: (event: RunEvent) => void
  /** Receives every call and checkpoint, for metrics. */
  readonly probe?: RunProbe
  /** Called with the location of a scheduled run's report: a path, or a URL if one is configured. */
  readonly onReport?: (where: string) => void
  /** Stops the run, as `stop()` does. */
  readonly signal?: AbortSignal
}

export interface ReplayOptions {
  /** A run's id. Without it: the vendor's latest run, ended or not. */
  readonly run?: string
  /** Show what would change, and write nothing. */
  readonly dryRun?: boolean
}

/** `signal` ends it after the current page, with `status` 'stopped'; the same replay then continues with the rest. */
export type ReplayControls = Pick<RunControls, 'log' | 'signal'>

export type UnknownControls = Pick<RunControls, 'log' | 'signal'>
