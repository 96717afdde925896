import { InputError } from '../../domain/errors/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { retryWhileUnavailable } from '../../domain/time/retry-while-unavailable.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import { acquireLease } from '../lease/acquire-lease.ts'
import { LeaseKeeper } from '../lease/lease-keeper.ts'
import type { Brought, PagePlace, ReplayStore, ReplyPage, Standing, Unwritten } from '../ports/replay-store.ts'
import type { RunParts } from '../ports/run-parts.ts'
import { pruneReplies } from '../retention/prune-replies.ts'
import { type ReadingParts, type RecordReading, readKept } from './replay-reading.ts'
import { ReplayReport, type ReplaySummary } from './replay-report.ts'

export interface ReplayRequest {
  /** Null: the vendor's latest run. */
  readonly runId: string | null
  /** Show what would change, and write nothing. */
  readonly dryRun: boolean
}

/** The dependencies of a replay; no vendor client among them. */
export interface ReplayParts
  extends ReadingParts,
    Pick<RunParts, 'store' | 'clock' | 'log' | 'me' | 'isAlive' | 'leaseMs' | 'source'> {
  readonly replies: ReplayStore
}

/** Attempts on a page if the database is busy. */
const TRIES = 6
/** Interval of progress messages in a long replay, ms. */
const LOG_EVERY_MS = 5_000

/**
 * Maps the paid replies of a run again with the current config, and writes what changed: page by page, each in its own
 * transaction, so that a killed replay is continued by starting it again. Throws InputError if there is nothing to replay,
 * LeaseHeldError and LeaseLostError.
 */
export async function replayRun(
  request: ReplayRequest,
  parts: ReplayParts,
  signal: AbortSignal,
): Promise<ReplaySummary> {
  const run = await findRun(request.runId, parts)
  if (request.dryRun) return new Replay(run, null, parts).go(signal)
  const { store, log, leaseMs } = parts
  const lease = await acquireLease(parts.rules.name, { ...parts, ttlMs: leaseMs, signal })
  const keeper = new LeaseKeeper(lease, leaseMs, parts)
  keeper.start()
  try {
    await pruneReplies(parts, signal)
    return await new Replay(run, keeper, parts).go(signal)
  } finally {
    keeper.stop()
    await store.releaseLease(keeper.lease).catch((err) => log.warn({ err }, 'the lease could not be released'))
  }
}

async function findRun(runId: string | null, parts: ReplayParts): Promise<Run> {
  const { store, replies, rules, source } = parts
  const run = runId === null ? await replies.latestRun(rules.name) : await store.findRun(runId)
  if (run === null) throw nothingToReplay(runId === null ? 'no run of this vendor' : `no run "${runId}"`)
  if (run.vendor !== rules.name) throw nothingToReplay(`run ${run.id}, which is of vendor "${run.vendor}"`)
  if (run.source !== source) throw nothingToReplay(`run ${run.id}, which is of the table ${run.source}`)
  return run
}

const KEEP = "vendor.keepReplies: '30d' keeps the paid replies of runs from then on, for so long."

function nothingToReplay(found: string, hint = '`spenddown runs` lists them.'): InputError {
  const allowed = "a run of this config's vendor and table whose paid replies are kept"
  return new InputError('NOTHING_TO_REPLAY', [{ path: 'replay', found, allowed, hint }])
}

class Replay {
  readonly #run: Run
  /** Null: a dry run. */
  readonly #keeper: LeaseKeeper | null
  readonly #parts: ReplayParts
  readonly #report: ReplayReport
  readonly #beganAt: number

  constructor(run: Run, keeper: LeaseKeeper | null, parts: ReplayParts) {
    this.#run = run
    this.#keeper = keeper
    this.#parts = parts
    this.#report = new ReplayReport(parts.hide)
    this.#beganAt = parts.clock.monotonic()
  }

  async go(signal: AbortSignal): Promise<ReplaySummary> {
    const { clock } = this.#parts
    let place: PagePlace | null = null
    let loggedAt = this.#beganAt
    while (!signal.aborted) {
      const done: Done | null = await retryWhileUnavailable(() => this.#page(place), TRIES, clock)
      if (done === null) {
        if (place === null) throw await this.#nothingKept()
        break
      }
      place = done.page
      this.#count(done)
      if (clock.monotonic() - loggedAt < LOG_EVERY_MS) continue
      loggedAt = clock.monotonic()
      this.#logProgress('replaying')
    }
    return this.#logProgress('replay ended', signal.aborted ? 'stopped' : 'completed')
  }

  /** Reads, maps, compares and writes the next page. Idempotent: it is repeated if the database's answer is lost. */
  async #page(after: PagePlace | null): Promise<Done | null> {
    const { replies, clock } = this.#parts
    const page = await replies.page(this.#run.no, after, clock.now())
    if (page === null) return null
    const readings = await this.#read(page)
    const brought = [...latest(readings).values()]
    const standing = await replies.compare(this.#run.vendor, page, brought)
    const as = new Map(brought.map(({ key }, at) => [key, standing[at] as Standing]))
    const mend = page.notRefreshed.filter(({ key }) => ['change', 'unchanged'].includes(as.get(key)?.kind ?? ''))
    const records = brought.flatMap((one, at) => {
      const stands = standing[at]
      return stands?.kind === 'change' ? [{ ...one, selectedAt: stands.selectedAt }] : []
    })
    if (this.#keeper === null || records.length + mend.length === 0) {
      return { page, readings, as, mended: mend.length }
    }
    const { lease } = this.#keeper
    const unwritten: Unwritten = await replies.write({ run: this.#run, lease, page, records, mend })
    for (const [key, why] of unwritten) as.set(key, why)
    return { page, readings, as, mended: mend.filter(({ key }) => !unwritten.has(key)).length }
  }

  async #read(page: ReplyPage): Promise<RecordReading[]> {
    const keys = page.calls.flatMap(({ records }) => records.flatMap(({ key, duplicates }) => [key, ...duplicates]))
    const rows = await this.#parts.replies.records([...new Set(keys)])
    const readings: RecordReading[] = []
    for (const call of page.calls) readings.push(...(await readKept(call, rows, this.#parts)))
    return readings
  }

  #count({ page, readings, as, mended }: Done): void {
    for (const { at } of page.calls) this.#report.reply(at)
    const last = latest(readings)
    for (const reading of readings) {
      if (reading.kind !== 'values') this.#report.record(reading.key, reading)
      else if (last.get(reading.key) !== reading) this.#report.record(reading.key, { kind: 'superseded' })
      else this.#report.record(reading.key, as.get(reading.key) as Standing)
    }
    this.#report.mended(mended)
    this.#parts.log.debug({ checkpoint: page.checkpoint, records: readings.length, mended }, 'replies replayed')
  }

  #logProgress(message: string, status: ReplaySummary['status'] = 'completed'): ReplaySummary {
    const { clock, log } = this.#parts
    const elapsedMs = Math.round(clock.monotonic() - this.#beganAt)
    const summary = this.#report.summary(this.#run, { dryRun: this.#keeper === null, status, elapsedMs })
    log.info({ runId: summary.runId, replies: summary.replies.read, records: summary.records }, message)
    return summary
  }

  async #nothingKept(): Promise<InputError> {
    const { replies, clock } = this.#parts
    const others = await replies.runsWithReplies(this.#run.vendor, clock.now())
    const hint = others.length === 0 ? KEEP : `${KEEP} Runs that have some: ${others.join(', ')}.`
    return nothingToReplay(`run ${this.#run.id}, which has no kept replies, or none that are left`, hint)
  }
}

interface Done {
  readonly page: ReplyPage
  readonly readings: readonly RecordReading[]
  readonly as: ReadonlyMap<RecordKey, Standing>
  readonly mended: number
}

/** The values of each record; from the later reply if a page has two for a record. */
function latest(readings: readonly RecordReading[]): Map<RecordKey, RecordReading & Brought & { kind: 'values' }> {
  const found = new Map<RecordKey, RecordReading & Brought & { kind: 'values' }>()
  for (const reading of readings) {
    if (reading.kind !== 'values') continue
    if ((found.get(reading.key)?.at ?? 0) <= reading.at) found.set(reading.key, reading)
  }
  return found
}
