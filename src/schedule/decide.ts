import type { Credits } from '../domain/credits/credits.ts'
import { creditWords } from '../domain/credits/reserve.ts'
import type { BillingCycle } from '../domain/cycle/billing-cycle.ts'
import { roughly } from '../domain/time/roughly.ts'
import type { PastRun } from './past-run.ts'
import { type ScheduleTerms, type Window, windowOf } from './window.ts'

/** All inputs of a decision. Instants are epoch milliseconds. */
export interface Situation {
  readonly now: number
  readonly cycle: BillingCycle
  readonly schedule: ScheduleTerms
  /** How long before the reset a run stops, ms. */
  readonly stopBeforeMs: number
  /** The job's runs, newest first. */
  readonly runs: readonly PastRun[]
  /** Who is spending from the account now, as a phrase; null: nobody. */
  readonly busy: string | null
  /** What a run would now leave for others, and could spend (null: not known); missing if a run is to spend just so much. */
  readonly room?: { readonly reserve: number; readonly spendable: number | null }
}

export type Decision =
  /** `since`: since when the job has been waiting, epoch ms; null: not known. */
  | { readonly kind: 'start'; readonly slot: number; readonly since: number | null; readonly why: string }
  | { readonly kind: 'resume'; readonly runId: string; readonly since: number | null; readonly why: string }
  | {
      readonly kind: 'wait'
      readonly because: 'not-due' | 'done' | 'busy' | 'needs-person' | 'too-late'
      /** When the decision may change, epoch ms; null: not known. */
      readonly until: number | null
      readonly why: string
    }

/** Less than this share of the reserve that a run left is not worth another run. */
const LEAST_SHARE = 0.02
/** As much more than a run had, as a share of that, is worth another one. */
const TOPPED_UP = 0.05
/** For so long a balance that lags may not show what a run has spent. */
const LAGS_MS = 3_600_000
/** A run that began further in the future than this was created by a wrong clock, and is ignored. */
const FUTURE_MS = 86_400_000

/** Decides whether to start, resume or leave a job. A missed start is made up for once, within its billing cycle. */
export function decide(situation: Situation): Decision {
  const { now, cycle, schedule, stopBeforeMs, busy } = situation
  const window = windowOf(schedule, cycle, stopBeforeMs, now)
  const wanted = forRuns(situation, window)
  if (wanted.kind === 'wait') return wanted
  if (now >= window.stopAt) return tooLate(window, now)
  // Checked last: a job that is done or not due reports that, even if another process is spending.
  if (busy !== null) return { kind: 'wait', because: 'busy', until: null, why: `${busy} is spending from this account` }
  return wanted
}

function forRuns(situation: Situation, window: Window): Decision {
  const { now, schedule } = situation
  const latest = latestOf(situation)
  if (latest === null) return startIfDue(window, now, schedule)
  if (latest.status === 'running' || latest.status === 'stopped') return goOnWith(latest)
  // A cron expression may be due several times per cycle; the other schedules have one run per cycle.
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
  const why = `run ${latest.id} failed and needs a person${detail}; once that is fixed, \`spenddown run ${latest.job}\` starts it again`
  return { kind: 'wait', because: 'needs-person', until, why }
}

/** Once others need at most half of what a run left them, or credits were added, another run of its slot may spend them. */
function startAgain(run: PastRun, { room, now }: Situation, window: Window): Decision | null {
  const { id, slot, reserve, stopReason, createdAt, endedAt } = run
  if (room === undefined || room.spendable === null) return null
  if (stopReason !== 'budget-spent' && stopReason !== 'credits-exhausted') return null
  // More than it has left: added, or not taken off yet.
  if (room.spendable > reserve && now - (endedAt ?? createdAt) < LAGS_MS) return null
  const again = (why: string): Decision => ({ kind: 'start', slot: slot ?? window.resetAt, since: null, why })
  const letsGo = reserve > 0 && room.reserve <= reserve / 2 && room.spendable >= reserve * LEAST_SHARE
  if (letsGo)
    return again(`run ${id} left ${inWords(reserve)} credits for others, who now need ${inWords(room.reserve)}`)
  // A run that found nothing to spend would find nothing again.
  const spentAll = stopReason === 'budget-spent' && slot !== null && run.tried > 0
  if (!spentAll || room.spendable < (run.spent + reserve) * TOPPED_UP) return null
  return again(`run ${id} has spent what there was, and ${inWords(room.spendable)} credits more are there now`)
}

function inWords(micro: number): string {
  return creditWords(micro as Credits)
}

function goOnWith({ id, status, stopReason, endedAt, controlRequest }: PastRun): Decision {
  if (controlRequest !== null) {
    const why = `run ${id} was ${controlRequest}: \`spenddown continue\` resumes it`
    return { kind: 'wait', because: 'needs-person', until: null, why }
  }
  const why = status === 'running' ? 'its process is gone' : `it was stopped (${stopReason})`
  return { kind: 'resume', runId: id, since: endedAt, why: `run ${id} of this billing cycle has not ended: ${why}` }
}

function startIfDue({ dueAt, nextDueAt, resetAt }: Window, now: number, { kind }: ScheduleTerms): Decision {
  if (dueAt !== null) {
    const late = now - dueAt
    const why = `due since ${at(dueAt)}${late > 120_000 ? ` (${roughly(late)} ago)` : ''}; credits are reset at ${at(resetAt)}`
    // With one run per cycle its slot is the reset, whenever it starts.
    return { kind: 'start', slot: kind === 'cron' ? dueAt : resetAt, since: dueAt, why }
  }
  return { kind: 'wait', because: 'not-due', until: nextDueAt, why: `due ${untilWords(nextDueAt, now)}` }
}

function tooLate({ stopAt, resetAt }: Window, now: number): Decision {
  const before = roughly(resetAt - stopAt)
  const why = `credits are reset at ${at(resetAt)}, in ${roughly(resetAt - now)}: nothing is sent in the last ${before} before`
  return { kind: 'wait', because: 'too-late', until: resetAt, why }
}

/** The latest scheduled run of this billing cycle, or a later one of the whole job that was started by hand. */
function latestOf({ runs, now, cycle }: Situation): PastRun | null {
  const current = runs.filter(
    ({ createdAt, resetAt }) => createdAt < cycle.endAt && createdAt <= now + FUTURE_MS && resetAt > now,
  )
  const first = current.findIndex(({ slot }) => slot !== null)
  if (first === -1) return null
  // Runs by hand before it are ignored, so that the schedule spends what they left.
  return current.slice(0, first).find(({ whole }) => whole) ?? (current[first] as PastRun)
}

function untilWords(until: number | null, now: number): string {
  return until === null ? 'never again' : `at ${at(until)}, in ${roughly(until - now)}`
}

function at(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}
