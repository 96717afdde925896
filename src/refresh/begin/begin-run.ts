import type { Ledger } from '../../domain/books/ledger.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import { toDecimal } from '../../domain/credits/credits.ts'
import type { Deadline } from '../../domain/cycle/deadline.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { hasEnded, type Run, summarize } from '../../domain/run/run.ts'
import { monotonicAt } from '../../domain/time/clock.ts'
import { type OpeningBalance, openingBalance } from '../balance/opening-balance.ts'
import { lowered, reserveToBegin } from '../balance/run-reserve.ts'
import { deadlineOf, isOver } from '../control/cycle-over.ts'
import type { Lease } from '../ports/lease.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { RunRequest, RunSpec } from '../ports/run-spec.ts'
import { WorkList } from '../select/work-list.ts'
import { keepsOpenCalls, settlesWithinMs } from '../settle/settlement.ts'
import { areProcessed, keptCostOf, keptRuns, signatureOf } from './kept-elsewhere.ts'
import { lastSentBy } from './last-sent.ts'
import { jobsIn, type LeftBehind, NOTHING_LEFT, sortLeftBehind } from './left-behind.ts'
import { newBooks, resumedBooks } from './opening-books.ts'

/** A new or resumed run, with its books. */
export interface Begun {
  readonly run: Run
  readonly spec: RunSpec
  readonly ledger: Ledger
  readonly left: LeftBehind
  /** Items to be retried. */
  readonly work: WorkList
  /** When the vendor has certainly processed every unknown call of this run, monotonic ms. */
  readonly resolvableAt: number
  /** The same for calls of other runs that a balance may settle. */
  readonly elsewhereResolvableAt: number
  readonly deadline: Deadline
  readonly opening: OpeningBalance
  /** Fingerprints of the configs for which the vendor has had data. */
  readonly foundWith: readonly string[]
}

/**
 * Reads the balance, then creates the run or resumes the interrupted one, and opens its books. Throws InputError and
 * BalanceUnreadableError, both before anything is spent.
 */
export async function beginRun(
  request: RunRequest,
  parts: RunParts,
  lease: Lease,
  signal: AbortSignal,
): Promise<Begun> {
  const { store, rules, clock, emit, log } = parts
  const interrupted = await interruptedRun(request, parts)
  const lastElsewhere = await lastSentElsewhere(interrupted, parts)
  await recallCalls(parts)
  const { pace: kept, foundWith } = await store.account(rules.name)
  // What the vendor bore last time: the run begins near it.
  if (kept !== null) parts.pace.remember(kept.learned, clock.now())
  const keepers = await keptRuns(parts, interrupted)
  const areKeptProcessed = interrupted === null && (await areProcessed(keepers, parts, signal))
  const opening = await openingBalance({ ...parts, signal })
  const begun =
    request.kind === 'new' && interrupted === null
      ? await beginNew(request, parts, lease, opening, areKeptProcessed ? keepers : [])
      : await beginAgain(interrupted as Run, parts, lease, opening, keepers)
  const { ledger, run } = begun
  const reported = opening.watch === 'endpoint' ? opening.balance : null
  const { lastKnown, doubted, belief } = ledger
  const books = { runNo: run.no, expected: lastKnown, doubted, drift: belief.drift }
  const at = reported === null ? null : opening.at
  // Replies from the journal are in these books but not yet in the database: the checkpoint that commits them writes both.
  if (begun.left.finished.length === 0) await store.setExpected(lease, books, reported, at, opening.cycle.endAt)
  const shown = { ...run, balance: ledger.expected }
  const deadline = deadlineOf(run, parts)
  emit({ type: 'started', runId: run.id, resumed: interrupted !== null, summary: summarize(shown), deadline })
  log.info({ runId: run.id, job: run.job, budget: toDecimal(run.budget), resumed: interrupted !== null }, 'run started')
  const withinMs = settlesWithinMs(rules)
  const resolvableAt = monotonicAt(lastSentBy(interrupted) + withinMs, withinMs, clock)
  const elsewhereResolvableAt = monotonicAt(lastElsewhere + withinMs, withinMs, clock)
  return { ...begun, run: shown, resolvableAt, elsewhereResolvableAt, opening, deadline, foundWith }
}

/** Limits over long windows apply to all processes together, so calls sent by earlier ones count. */
async function recallCalls({ pace, store, rules, clock }: RunParts): Promise<void> {
  if (pace.countsForMs === 0) return
  const now = clock.now()
  pace.recall(await store.callsSince(rules.name, now - pace.countsForMs, now))
}

/** The latest instant at which another run can have sent a call that a balance may settle, epoch ms. */
async function lastSentElsewhere(own: Run | null, { store, rules }: RunParts): Promise<number> {
  const others = (await store.unsettledRuns(rules.name)).filter(({ id, held }) => id !== own?.id && held > 0)
  const settled = others.filter((run) => !keepsOpenCalls(rules) || hasEnded(run))
  return settled.reduce((last, run) => Math.max(last, lastSentBy(run)), 0)
}

/** The run to resume; null: a new one begins. */
async function interruptedRun(request: RunRequest, parts: RunParts): Promise<Run | null> {
  const { store, rules } = parts
  if (request.kind === 'resume') {
    const { runId } = request
    const run = runId === null ? await store.latestInterrupted(rules.name, null) : await store.findRun(runId)
    if (run === null) throw notResumable(runId === null ? 'no interrupted run' : `no run ${runId}`)
    return checkResumable(run, parts)
  }
  if (request.fresh) return null
  const run = await store.latestInterrupted(rules.name, request.job)
  if (run === null || isOver(run, parts)) return null
  if (run.specHash === request.specHash) return checkResumable(run, parts)
  throw new InputError('RUN_INTERRUPTED', [
    {
      path: 'run',
      found: `run ${run.id} of "${run.job}", interrupted, for other flags`,
      allowed: 'the flags that it was started with',
      hint: `\`spenddown resume ${run.id}\` resumes it; \`--new\` starts another.`,
    },
  ])
}

/** A run can be resumed only with the vendor and table it began with, and only until it has ended. */
function checkResumable(run: Run, parts: RunParts): Run {
  const { rules, source } = parts
  if (run.vendor !== rules.name) throw notResumable(`run ${run.id}, which is of vendor "${run.vendor}"`)
  if (run.source !== source) throw notResumable(`run ${run.id}, which is of the table ${run.source}`)
  const isClosed = run.status === 'stopped' && run.stopReason === 'deadline' && run.held === 0
  if (isClosed && isOver(run, parts)) throw notResumable(`run ${run.id}, whose billing cycle has ended`)
  if (run.status === 'running' || run.status === 'stopped') return run
  throw notResumable(`run ${run.id}, which has ended (${run.status})`)
}

function notResumable(found: string): InputError {
  const allowed = "a run of this config's vendor and table that was interrupted or stopped"
  return new InputError('NOTHING_TO_RESUME', [
    { path: 'resume', found, allowed, hint: '`spenddown runs` lists them; `run --new` starts another.' },
  ])
}

type Books = Omit<Begun, 'resolvableAt' | 'elsewhereResolvableAt' | 'deadline' | 'opening' | 'foundWith'>

async function beginNew(
  request: RunRequest & { kind: 'new' },
  parts: RunParts,
  lease: Lease,
  opening: OpeningBalance,
  /** Runs whose open calls the vendor has processed. */
  processed: readonly Run[],
): Promise<Books> {
  const { store, rules, clock, newRunId } = parts
  const { job, specHash } = request
  const reserve = await reserveToBegin(request, parts, opening)
  const terms = { ...request.spec, reserve, resetAt: opening.cycle.endAt }
  const account = await store.account(rules.name)
  const books = newBooks(terms, opening, account, keepsOpenCalls(rules), processed.length > 0)
  const { ledger, budget, keptCost: cost } = books
  const spec: RunSpec = cost === null ? terms : { ...terms, kept: { cost, runs: signatureOf(processed) } }
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
  return { run, spec, ledger, left: NOTHING_LEFT, work: new WorkList() }
}

/** The spec as frozen when the run began, with defaults for fields that did not exist then. */
function specOf(run: Run): RunSpec {
  const spec = JSON.parse(run.spec) as RunSpec
  return { ...spec, selection: { ...spec.selection, dedupeBy: spec.selection.dedupeBy ?? [] } }
}

async function beginAgain(
  before: Run,
  parts: RunParts,
  lease: Lease,
  opening: OpeningBalance,
  others: readonly Run[],
): Promise<Books> {
  const { store, rules, journal, log, clock } = parts
  const spec = specOf(before)
  const run = await store.reopenRun(await lowered(before, spec, parts, opening), lease)
  const account = await store.account(rules.name)
  const kept = await journal.read(run.id)
  const interrupted = await store.interrupted(run, rules.freeRepeat !== null, jobsIn(kept))
  const left = sortLeftBehind(interrupted, kept, rules)
  // Suspect calls are marked later, each as it is sent.
  const repeated = left.resend.filter(({ vendorJob }) => vendorJob === undefined).map(({ n }) => n)
  if (repeated.length > 0) await store.markSent(lease, run.no, repeated)
  // While the canary runs without a known balance, the stored budget may never have been set.
  const grows = spec.budget === 'remaining'
  const blind = grows && opening.watch === 'replies' && opening.balance === null && !run.canaryDone
  const ledger = resumedBooks(
    { run, budget: blind ? null : run.budget, grows, left, keptCost: keptCostOf(spec.kept, others) },
    opening,
    account,
    keepsOpenCalls(rules),
  )
  const work = new WorkList()
  for (const item of interrupted.again) work.putFront(item)
  for (const { items } of left.finished) {
    for (const item of items) if (item.end === null) work.putBack(item, clock.monotonic())
  }
  if (rules.async === null && interrupted.open.some(({ vendorJob }) => vendorJob !== undefined)) {
    log.warn(
      { runId: run.id },
      'the vendor is working on jobs of this run, but the config has no vendor.async to poll them with',
    )
  }
  if (left.deadly > 0) {
    const why =
      'two processes died with these calls in flight: the calls count as unknown and their records are not retried'
    log.warn({ runId: run.id, calls: left.deadly }, why)
  }
  const openCalls = interrupted.open.length + interrupted.orphaned.length
  log.info(
    {
      runId: run.id,
      openCalls,
      sentAgain: left.resend.length + left.suspects.length,
      fromJournal: kept.length,
      unknownCredits: toDecimal(left.unknown),
    },
    'resuming an interrupted run',
  )
  return { run, spec, ledger, left, work }
}
