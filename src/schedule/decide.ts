import type { BillingCycle } from '../domain/billing-cycle.ts'
import type { Credits } from '../domain/credits.ts'
import { creditWords } from '../domain/reserve.ts'
import { roughly } from '../domain/roughly.ts'
import type { PastRun } from './past-run.ts'
import { type ScheduleTerms, type Window, windowOf } from './window.ts'

/** What a decision is made from: nothing else is looked at. Instants are epoch milliseconds. */
export interface Situation {
  readonly now: number
  /** The billing cycle at that time. */
  readonly cycle: BillingCycle
  readonly schedule: ScheduleTerms
  /** How long before the reset a run stops, ms. */
  readonly stopBeforeMs: number
  /** The job's runs, newest first. */
  readonly runs: readonly PastRun[]
  /** Who spends from the account just now, in words; null: nobody. */
  readonly busy: string | null
  /** What a run of the job would leave for others now, and could spend; missing where neither changes by itself. */
  readonly room?: Room
}

/** Micro-credits; `spendable` null: nobody knows. */
export interface Room {
  readonly reserve: number
  readonly spendable: number | null
}

export type Decision =
  /** `since`: since when it waits, epoch ms; null: nobody knows. */
  | { readonly kind: 'start'; readonly slot: number; readonly since: number | null; readonly why: string }
  | { readonly kind: 'resume'; readonly runId: string; readonly since: number | null; readonly why: string }
  | {
      readonly kind: 'wait'
      readonly because: 'not-due' | 'done' | 'busy' | 'needs-person' | 'too-late'
      /** When it may be otherwise, epoch ms; null: nobody knows. */
      readonly until: number | null
      readonly why: string
    }

/** Of what a run left for others: less than that is not worth another run. */
const LEAST_SHARE = 0.02
/** Clocks are set back by less than this: a run from farther in the future was begun by a clock that was wrong. */
const FUTURE_MS = 86_400_000

/**
 * Whether a job is to be started, resumed or left alone. Pure: asked twice, it answers the same; and once a run has
 * begun, that run is the answer. What was missed is caught up as long as its billing cycle lasts, once.
 */
export function decide(situation: Situation): Decision {
  const { now, cycle, schedule, stopBeforeMs, busy } = situation
  const window = windowOf(schedule, cycle, stopBeforeMs, now)
  const wanted = forRuns(situation, window)
  if (wanted.kind === 'wait') return wanted
  if (now >= window.stopAt) return tooLate(window, now)
  // Only now: a job that is done or not due says so, whoever else spends.
  if (busy !== null) return { kind: 'wait', because: 'busy', until: null, why: `${busy} is spending from this account` }
  return wanted
}

function forRuns(situation: Situation, window: Window): Decision {
  const { now, schedule } = situation
  const latest = latestOf(situation)
  if (latest === null) return startIfDue(window, now, schedule)
  if (latest.status === 'running' || latest.status === 'stopped') return goOnWith(latest)
  // A cron expression may have something new due in the same cycle; before the reset there is one run a cycle.
  const served = window.dueAt === null || schedule.kind !== 'cron' || (latest.slot ?? latest.createdAt) >= window.dueAt
  if (!served) return startIfDue(window, now, schedule)
  const until = schedule.kind === 'cron' ? window.nextDueAt : window.resetAt
  if (latest.status === 'completed') {
    const more = startAgain(latest, situation, window)
    if (more !== null) return more
    const why = `run ${latest.id} has done it (${latest.stopReason}); next ${untilWords(until, now)}`
    return { kind: 'wait', because: 'done', until, why }
  }
  const detail = latest.detail === null ? '' : `: ${latest.detail}`
  const why = `run ${latest.id} failed and needs a person${detail}; once that is mended, \`spenddown run ${latest.job}\` goes on`
  return { kind: 'wait', because: 'needs-person', until, why }
}

/**
 * A run that spent all but what others might need left them that; once they need no more than half of it, the rest is
 * let go to another run of the same slot. Each halves it at least, so that they are few.
 */
function startAgain({ id, slot, reserve, stopReason }: PastRun, { room }: Situation, window: Window): Decision | null {
  if (room === undefined || reserve === 0 || room.reserve > reserve / 2) return null
  if (stopReason !== 'budget-spent' && stopReason !== 'credits-exhausted') return null
  if (room.spendable === null || room.spendable < reserve * LEAST_SHARE) return null
  const why = `run ${id} left ${inWords(reserve)} credits for others, who now need ${inWords(room.reserve)}`
  return { kind: 'start', slot: slot ?? window.resetAt, since: null, why }
}

function inWords(micro: number): string {
  return creditWords(micro as Credits)
}

function goOnWith({ id, status, stopReason, endedAt, wish }: PastRun): Decision {
  if (wish !== null) {
    const why = `run ${id} was ${wish}: \`spenddown continue\` goes on with it`
    return { kind: 'wait', because: 'needs-person', until: null, why }
  }
  const why = status === 'running' ? 'its process is gone' : `it was stopped (${stopReason})`
  return { kind: 'resume', runId: id, since: endedAt, why: `run ${id} of this billing cycle has not ended: ${why}` }
}

function startIfDue({ dueAt, nextDueAt, resetAt }: Window, now: number, { kind }: ScheduleTerms): Decision {
  if (dueAt !== null) {
    const late = now - dueAt
    const why = `due since ${at(dueAt)}${late > 120_000 ? ` (${roughly(late)} ago)` : ''}; credits are reset at ${at(resetAt)}`
    // One run a cycle has the reset for its name, whenever it starts.
    return { kind: 'start', slot: kind === 'cron' ? dueAt : resetAt, since: dueAt, why }
  }
  return { kind: 'wait', because: 'not-due', until: nextDueAt, why: `due ${untilWords(nextDueAt, now)}` }
}

function tooLate({ stopAt, resetAt }: Window, now: number): Decision {
  const before = roughly(resetAt - stopAt)
  const why = `credits are reset at ${at(resetAt)}, in ${roughly(resetAt - now)}: nothing is sent in the last ${before} before`
  return { kind: 'wait', because: 'too-late', until: resetAt, why }
}

/**
 * The run that decides: the latest that the schedule has started in this billing cycle, or a later one of the whole job
 * that a person has. Runs that a person started before are no business of the schedule's: what they left is spent.
 */
function latestOf({ runs, now, cycle }: Situation): PastRun | null {
  const current = runs.filter(
    ({ createdAt, resetAt }) => createdAt < cycle.endAt && createdAt <= now + FUTURE_MS && resetAt > now,
  )
  const first = current.findIndex(({ slot }) => slot !== null)
  if (first === -1) return null
  return current.slice(0, first).find(({ whole }) => whole) ?? (current[first] as PastRun)
}

function untilWords(until: number | null, now: number): string {
  return until === null ? 'never again' : `at ${at(until)}, in ${roughly(until - now)}`
}

function at(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}
