import type { CycleTerms } from '../domain/billing-cycle.ts'
import type { Clock } from '../domain/clock.ts'
import { mostOf } from '../domain/cost.ts'
import { type Credits, toDecimal } from '../domain/credits.ts'
import { InputError, LeaseLostError } from '../domain/errors.ts'
import type { Ledger } from '../domain/ledger.ts'
import type { RecordKey } from '../domain/record.ts'
import { type Ending, ending, type Run, type RunSummary, type StopReason, summarize } from '../domain/run.ts'
import { DatabaseGoneError } from './committer.ts'
import type { Emit } from './events.ts'
import { Execution } from './execution.ts'
import { acquireLease } from './lease.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { newBooks, NOTHING_LEFT, resumedBooks, sortLeftBehind, type LeftBehind } from './opening-books.ts'
import { type OpeningBalance, openingBalance } from './opening-balance.ts'
import type { Journal } from './ports/journal.ts'
import type { Log } from './ports/log.ts'
import type { Pace } from './ports/pace.ts'
import type { Lease, LeaseHolder, RunStore, Selection } from './ports/store.ts'
import type { MapData, VendorClient, VendorRules } from './ports/vendor.ts'
import type { CoolDown } from './settlement.ts'
import { WorkList } from './work-list.ts'

/** Everything a run works with. */
export interface RunParts {
  readonly store: RunStore
  readonly vendor: VendorClient
  readonly rules: VendorRules
  readonly map: MapData
  readonly pace: Pace
  readonly journal: Journal
  readonly clock: Clock
  readonly random: () => number
  readonly log: Log
  readonly emit: Emit
  readonly me: LeaseHolder
  readonly isAlive: (holder: LeaseHolder) => boolean
  readonly leaseMs: number
  readonly coolDown: CoolDown
  readonly unavailableForMs: number
  readonly drainMs: number
  readonly allotment: Credits | null
  readonly cycle: CycleTerms
  readonly newRunId: () => string
}

/** What a run is for, frozen when it begins. */
export interface RunSpec {
  readonly selection: Selection
  readonly limit: number | null
  readonly budget: Credits | 'remaining'
  readonly reserve: Credits
}

export type RunRequest =
  | {
      readonly kind: 'new'
      readonly job: string
      readonly spec: RunSpec
      /** Tells whether an interrupted run of the job is the one that is asked for: what the caller added to the job. */
      readonly specHash: string
      readonly keys: readonly RecordKey[] | null
      /** Start a new run even where one of the job was interrupted. */
      readonly fresh: boolean
    }
  | { readonly kind: 'resume'; readonly runId: string | null }

/**
 * The main job: takes the lease, reads the balance, opens the books, works the run to its end or until it must stop,
 * and lets go of the lease. Throws LeaseHeldError, InputError and BalanceUnreadableError before anything is spent.
 */
export async function refreshRun(request: RunRequest, parts: RunParts, stop: StopSwitch): Promise<RunSummary> {
  const { store, rules } = parts
  const { lease, crashed } = await acquireLease(rules.name, { ...parts, ttlMs: parts.leaseMs, signal: stop.signal })
  const keeper = new LeaseKeeper(lease, parts.leaseMs, parts)
  keeper.start(() => stop.stop('interrupted'))
  let released = false
  try {
    const begun = await begin(request, parts, keeper.lease, stop, crashed)
    const { summary, lost } = await work(begun, parts, keeper, stop)
    released = lost
    return summary
  } finally {
    keeper.stop()
    if (!released) await store.releaseLease(keeper.lease).catch((err) => parts.log.warn({ err }, 'the lease could not be released'))
  }
}

interface Begun {
  readonly run: Run
  readonly spec: RunSpec
  readonly ledger: Ledger
  readonly left: LeftBehind
  readonly again: WorkList
  /** When the vendor has certainly dealt with every call whose outcome is unknown, epoch ms. */
  readonly settledBy: number
}

async function begin(request: RunRequest, parts: RunParts, lease: Lease, stop: StopSwitch, crashed: boolean): Promise<Begun> {
  const { store, rules, clock, emit, log } = parts
  const interrupted = await interruptedRun(request, parts)
  const opening = await openingBalance({ ...parts, signal: stop.signal })
  const begun =
    request.kind === 'new' && interrupted === null
      ? await beginNew(request, parts, lease, opening)
      : await beginAgain(interrupted as Run, parts, lease, opening)
  const { ledger, run } = begun
  const reported = opening.watch === 'endpoint' ? opening.balance : null
  if (ledger.expected !== null) await store.setExpected(lease, ledger.expected, reported, reported === null ? null : opening.at)
  const shown = { ...run, balance: ledger.expected }
  emit({ type: 'started', runId: run.id, resumed: interrupted !== null, summary: summarize(shown) })
  log.info({ runId: run.id, job: run.job, budget: toDecimal(run.budget), resumed: interrupted !== null }, 'run started')
  // Whatever a process that died had sent, it sent before now.
  const settledBy = crashed ? clock.now() + rules.timeoutMs : 0
  return { ...begun, run: shown, settledBy }
}

/** The run to go on with; null: a new one is to begin. */
async function interruptedRun(request: RunRequest, { store, rules }: RunParts): Promise<Run | null> {
  if (request.kind === 'resume') {
    const run = request.runId === null ? await store.latestInterrupted(rules.name, null) : await store.findRun(request.runId)
    return checkResumable(run, request.runId)
  }
  if (request.fresh) return null
  const run = await store.latestInterrupted(rules.name, request.job)
  if (run === null || run.specHash === request.specHash) return run
  throw new InputError('RUN_INTERRUPTED', [
    {
      path: 'run',
      found: `run ${run.id} of "${run.job}", interrupted, for other flags`,
      allowed: 'the flags that it was started with',
      hint: `\`spenddown resume ${run.id}\` goes on with it; \`--new\` starts another.`,
    },
  ])
}

function checkResumable(run: Run | null, wanted: string | null): Run {
  if (run !== null && (run.status === 'running' || run.status === 'stopped')) return run
  const found = run === null ? (wanted === null ? 'no interrupted run' : `no run ${wanted}`) : `run ${run.id}, which has ended (${run.status})`
  throw new InputError('NOTHING_TO_RESUME', [
    { path: 'resume', found, allowed: 'a run that was interrupted or stopped', hint: '`spenddown runs` lists them.' },
  ])
}

type Books = Omit<Begun, 'settledBy'>

async function beginNew(
  request: RunRequest & { kind: 'new' },
  parts: RunParts,
  lease: Lease,
  opening: OpeningBalance,
): Promise<Books> {
  const { store, rules, clock, newRunId } = parts
  const { spec, job, specHash } = request
  const account = await store.account(rules.name)
  const { ledger, budget } = newBooks(spec.budget, spec.reserve, opening, account)
  const run = await store.createRun(
    {
      id: newRunId(),
      job,
      vendor: rules.name,
      spec: JSON.stringify(spec),
      specHash,
      budget: budget ?? mostOf(rules.cost, 1),
      reserve: spec.reserve,
      createdAt: clock.now(),
    },
    request.keys,
    lease,
  )
  return { run, spec, ledger, left: NOTHING_LEFT, again: new WorkList() }
}

async function beginAgain(before: Run, parts: RunParts, lease: Lease, opening: OpeningBalance): Promise<Books> {
  const { store, rules, journal, log, clock } = parts
  const run = await store.reopenRun(before, lease)
  const spec = JSON.parse(run.spec) as RunSpec
  const account = await store.account(rules.name)
  const [interrupted, kept] = await Promise.all([store.interrupted(run.no, run.cursor), journal.read(run.id)])
  const left = sortLeftBehind(interrupted, kept, rules)
  const blind = spec.budget === 'remaining' && opening.watch === 'replies' && opening.balance === null && account.expected === null
  const ledger = resumedBooks(run, blind ? null : run.budget, left, opening, account)
  const again = new WorkList()
  for (const item of interrupted.again) again.putFront(item)
  for (const { item } of left.finished) if (item.end === null) again.putBack(item, clock.now())
  const openCalls = interrupted.open.length + interrupted.orphaned.length
  log.info(
    { runId: run.id, openCalls, sentAgain: left.resend.length, fromJournal: kept.length, unknownCredits: toDecimal(left.unknown) },
    'an interrupted run goes on',
  )
  return { run, spec, ledger, left, again }
}

async function work(
  begun: Begun,
  parts: RunParts,
  keeper: LeaseKeeper,
  stop: StopSwitch,
): Promise<{ summary: RunSummary; lost: boolean }> {
  const execution = new Execution({
    ...parts,
    run: begun.run,
    selection: begun.spec.selection,
    limit: begun.spec.limit,
    ledger: begun.ledger,
    work: begun.again,
    resend: begun.left.resend,
    left: begun.left.finished,
    settledBy: begun.settledBy,
    reservation: mostOf(parts.rules.cost, 1),
    lease: keeper,
  })
  stop.attach((reason) => execution.stop(reason))
  let how: Ending
  try {
    how = await execution.execute()
  } catch (error) {
    return broken(error, execution, parts)
  }
  const now = parts.clock.now()
  const run = await execution.persist(() => parts.store.endRun(execution.run, how, now, execution.activeMs(), keeper.lease))
  return { summary: tell(run, how, parts), lost: false }
}

/** What the run could not say itself: the lease or the database is gone. Everything else is thrown on. */
function broken(error: unknown, execution: Execution, parts: RunParts): { summary: RunSummary; lost: boolean } {
  if (error instanceof LeaseLostError) throw error
  if (!(error instanceof DatabaseGoneError)) throw error
  const how: Ending = { ...ending('error', error.message), status: 'stopped' }
  const run = { ...execution.run, ...how, endedAt: parts.clock.now(), activeMs: execution.activeMs() }
  return { summary: tell(run, how, parts), lost: true }
}

function tell(run: Run, how: Ending, { emit, log }: RunParts): RunSummary {
  const summary = summarize(run)
  emit({ type: 'ended', summary })
  log.info({ runId: run.id, status: how.status, stopReason: how.stopReason, detail: how.detail }, 'run ended')
  return summary
}

/** Stops a run from outside, also before it has begun. */
export class StopSwitch {
  readonly #controller = new AbortController()
  #stopRun: ((reason: StopReason) => void) | null = null
  #reason: StopReason | null = null

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  stop(reason: StopReason): void {
    this.#reason ??= reason
    this.#controller.abort()
    this.#stopRun?.(this.#reason)
  }

  attach(stopRun: (reason: StopReason) => void): void {
    this.#stopRun = stopRun
    if (this.#reason !== null) stopRun(this.#reason)
  }
}
