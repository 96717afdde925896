import type { Config } from '../../config/config.ts'
import { type AccountRow, type AccountState, UNKNOWN } from '../../domain/account/account-row.ts'
import { parseCredits, toDecimal } from '../../domain/credits/credits.ts'
import { InputError, messageOf } from '../../domain/errors/errors.ts'
import { iso } from '../../domain/time/iso.ts'
import { redactor } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { nextLookAt, retryAt } from '../../schedule/accounts/next-look.ts'
import { choose } from '../../schedule/choose.ts'
import type { Decision } from '../../schedule/decide.ts'
import { noteOutlook, type Outlook } from '../../store/ledger/outlooks.ts'
import { noteScheduler } from '../../store/ledger/scheduler-seen.ts'
import { withApp } from '../compose/with-app.ts'
import { withDatabase } from '../compose/with-database.ts'
import { tellForecast } from '../daemon/forecast-news.ts'
import { nextStartOf } from '../daemon/next-start.ts'
import { summaryOf } from '../daemon/tick-once.ts'
import type { TickSummary } from '../daemon/tick-summary.ts'
import { shownIn } from '../plan/judgement.ts'
import { accountOf, judgedOver } from '../plan/plan.ts'
import type { Entry } from './roster.ts'

/** What was seen of an account. */
export interface Look {
  readonly outlook: Outlook
  readonly row: AccountRow
  /** What its schedule decides; null: it has none, or could not be looked at. */
  readonly decided: TickSummary | null
  /** Why it could not be looked at. */
  readonly error: unknown
}

interface Parts {
  readonly log: Log
  readonly now: () => number
  /** How often in succession it could not be looked at, or be worked, before. */
  readonly failures: number
}

/** Looks at one of several accounts: asks for its balance, decides, forecasts. Changes nothing, and never throws. */
export async function look(config: Config, entry: Entry, parts: Parts): Promise<Look> {
  try {
    return await seen(config, entry, parts)
  } catch (error) {
    return unseen(config, entry, error, parts)
  }
}

/** Leaves it for others, with a sign that the account is looked after. */
export async function noteLook(config: Config, { outlook, row }: Look): Promise<void> {
  await withDatabase(config.database, async (connection) => {
    const { vendor, lookedAt, nextLookAt } = outlook
    await noteOutlook(connection.client, outlook, row)
    await noteScheduler(connection, vendor, lookedAt, Math.max(nextLookAt - lookedAt, MINUTE_MS))
  })
}

const MINUTE_MS = 60_000

function seen(config: Config, entry: Entry, { log, now, failures }: Parts): Promise<Look> {
  return withApp(config, log, async (app) => {
    const at = now()
    const reading = await accountOf(config, log, () => at)
    const { standing, forecast, judgement } = await judgedOver(app, reading, at)
    if (forecast !== null) await tellForecast(config, { ...forecast, judgement }, log)
    const { scheduled, cycle } = standing
    const chosen = scheduled.length === 0 ? null : choose(scheduled)
    const starts = (forecast?.plans ?? [])
      .flatMap(({ time }) => time.latestSafeStart ?? [])
      .map((text) => Date.parse(text))
    const latestSafeStart = starts.length === 0 ? null : Math.min(...starts)
    const decisions = scheduled.map(({ decision }) => decision)
    const nextStarts = scheduled.flatMap((each) => nextStartOf(each, config) ?? [])
    const isDue = chosen !== null && chosen.decision.kind !== 'wait'
    const shown = shownIn(config, judgement)
    return {
      outlook: {
        vendor: entry.key,
        account: entry.name,
        lookedAt: at,
        nextLookAt: nextLookAt(decisions, isMoving(config), at),
        fingerprint: entry.fingerprint,
        // What was tried in vain is forgotten once nothing is due any more.
        failures: isDue ? failures : 0,
        due: isDue,
        latestSafeStart,
        atStake: parseCredits(judgement.spendable),
      },
      row: {
        account: entry.name,
        vendor: entry.key,
        state: chosen === null ? 'unscheduled' : stateOf(chosen.decision),
        verdict: shown.verdict,
        balance: forecast?.balance ?? toNumber(standing.account.balance ?? standing.past.known),
        spendable: shown.spendable,
        atStake: shown.atStake,
        resetAt: iso(cycle.endAt),
        nextStart: isDue ? iso(at) : nextStarts.length === 0 ? null : iso(Math.min(...nextStarts)),
        latestSafeStart: latestSafeStart === null ? null : iso(latestSafeStart),
        why: chosen === null ? shown.why : chosen.decision.why,
        todo: shown.todo,
        lookedAt: iso(at),
      },
      decided: chosen === null ? null : summaryOf({ at, cycle, chosen, jobs: scheduled }),
      error: null,
    }
  })
}

function toNumber(credits: Parameters<typeof toDecimal>[0] | null): number | null {
  return credits === null ? null : toDecimal(credits)
}

const STATES = {
  'not-due': 'waiting',
  done: 'done',
  busy: 'busy',
  'needs-person': 'needs-person',
  'too-late': 'too-late',
} as const

function stateOf(decision: Decision): AccountState {
  return decision.kind === 'wait' ? STATES[decision.because] : 'due'
}

/** As the schedule asks the vendor for the balance: starts and reserves depend on it. */
function isMoving({ vendor, jobs }: Config): boolean {
  if (vendor.credits.cycle.resetsAt !== undefined) return true
  return Object.values(jobs).some(
    ({ schedule, reserve }) =>
      (schedule?.kind === 'before-reset' && schedule.beforeResetMs === 'auto') || typeof reserve !== 'number',
  )
}

function unseen({ secrets }: Config, { name, key, fingerprint }: Entry, error: unknown, parts: Parts): Look {
  const at = parts.now()
  const failures = parts.failures + 1
  const why = redactor(secrets)(messageOf(error))
  return {
    outlook: {
      vendor: key,
      account: name,
      lookedAt: at,
      nextLookAt: retryAt(failures, at),
      fingerprint,
      failures,
      due: false,
      latestSafeStart: null,
      atStake: null,
    },
    row: {
      ...UNKNOWN,
      account: name,
      vendor: key,
      state: error instanceof InputError ? 'wrong' : 'failing',
      why,
      lookedAt: iso(at),
      ...(error instanceof InputError ? { problems: error.problems } : {}),
    },
    decided: null,
    error,
  }
}
