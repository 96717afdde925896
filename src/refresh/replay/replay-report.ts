import type { Run } from '../../domain/run/run.ts'
import { iso } from '../../domain/time/iso.ts'
import type { RecordKey } from '../../domain/values/record.ts'
import type { Change, Standing } from '../ports/replay-store.ts'
import type { RecordReading } from './replay-reading.ts'

/** The result of a replay; the JSON of `replay`. Instants are ISO 8601. */
export interface ReplaySummary {
  readonly runId: string
  readonly job: string
  readonly vendor: string
  /** Nothing was written: `changed` and `mended` count what would be. */
  readonly dryRun: boolean
  /** `stopped`: it was interrupted. The same command continues it, since what is already written stays unchanged. */
  readonly status: 'completed' | 'stopped'
  /** Paid replies that were read, and when the first and last of them arrived. */
  readonly replies: { readonly read: number; readonly from: string | null; readonly to: string | null }
  readonly records: ReplayCounts
  readonly columns: Readonly<Record<string, number>>
  /** Why records could not be read or written: most frequent first, each with its first records. */
  readonly reasons: readonly ReplayReason[]
  /** The first records that changed; values as truncated text, with secrets redacted. */
  readonly first: readonly { readonly key: RecordKey; readonly changes: readonly Change[] }[]
  readonly elapsedMs: number
}

export interface ReplayCounts {
  /** Records that the replies are for, including duplicates: the sum of the next seven. */
  readonly covered: number
  readonly changed: number
  readonly unchanged: number
  /** Refreshed since the run, by a later run or by someone else. */
  readonly superseded: number
  readonly gone: number
  readonly notFound: number
  /** The config cannot read the reply, or finds nothing usable in it. */
  readonly unreadable: number
  /** The database rejects the values. */
  readonly rejected: number
  /** Records that the run had not counted as refreshed, and now does. */
  readonly mended: number
}

export interface ReplayReason {
  readonly reason: string
  readonly records: number
  readonly first: readonly { readonly key: RecordKey; readonly shown: string | null }[]
}

const FIRST_CHANGES = 10
const FIRST_OF_A_REASON = 3
/** Reasons may contain values, so their number must be limited. */
const MOST_REASONS = 20
const OTHER_REASONS = 'other reasons'
const SHOWN = 100

type Count = Exclude<keyof ReplayCounts, 'covered'>
type Outcome = RecordReading | Standing

const COUNT_OF: Readonly<Record<Exclude<Outcome['kind'], 'values'>, Count>> = {
  change: 'changed',
  unchanged: 'unchanged',
  superseded: 'superseded',
  gone: 'gone',
  'not-found': 'notFound',
  unreadable: 'unreadable',
  rejected: 'rejected',
}

/** Counts records by outcome and keeps the first examples, in bounded memory. */
export class ReplayReport {
  readonly #hide: (text: string) => string
  readonly #counts: Record<Count, number> = {
    changed: 0,
    unchanged: 0,
    superseded: 0,
    gone: 0,
    notFound: 0,
    unreadable: 0,
    rejected: 0,
    mended: 0,
  }
  readonly #columns = new Map<string, number>()
  readonly #reasons = new Map<string, { records: number; first: { key: RecordKey; shown: string | null }[] }>()
  readonly #first: { key: RecordKey; changes: readonly Change[] }[] = []
  #read = 0
  #from: number | null = null
  #to: number | null = null

  constructor(hide: (text: string) => string) {
    this.#hide = hide
  }

  reply(at: number): void {
    this.#read += 1
    this.#from = Math.min(this.#from ?? at, at)
    this.#to = Math.max(this.#to ?? at, at)
  }

  record(key: RecordKey, outcome: Exclude<Outcome, { kind: 'values' }>): void {
    this.#counts[COUNT_OF[outcome.kind]] += 1
    if (outcome.kind === 'change') this.#changed(key, outcome.changes)
    if (outcome.kind === 'unreadable') this.#because(outcome.reason, key, outcome.shown)
    if (outcome.kind === 'rejected') this.#because(outcome.problem, key, null)
  }

  mended(records: number): void {
    this.#counts.mended += records
  }

  summary(run: Run, how: Pick<ReplaySummary, 'dryRun' | 'status' | 'elapsedMs'>): ReplaySummary {
    const { mended, ...counts } = this.#counts
    const covered = Object.values(counts).reduce((sum, count) => sum + count, 0)
    const reasons = [...this.#reasons].map(([reason, found]) => ({ reason, ...found }))
    return {
      runId: run.id,
      job: run.job,
      vendor: run.vendor,
      dryRun: how.dryRun,
      status: how.status,
      replies: {
        read: this.#read,
        from: this.#from === null ? null : iso(this.#from),
        to: this.#to === null ? null : iso(this.#to),
      },
      records: { covered, ...counts, mended },
      columns: Object.fromEntries(this.#columns),
      reasons: reasons.sort((a, b) => b.records - a.records),
      first: this.#first,
      elapsedMs: how.elapsedMs,
    }
  }

  #changed(key: RecordKey, changes: readonly Change[]): void {
    for (const { column } of changes) this.#columns.set(column, (this.#columns.get(column) ?? 0) + 1)
    if (this.#first.length >= FIRST_CHANGES) return
    const show = (value: string | null) => (value === null ? null : shortened(this.#hide(value)))
    this.#first.push({
      key,
      changes: changes.map(({ column, from, to }) => ({ column, from: show(from), to: show(to) })),
    })
  }

  #because(text: string, key: RecordKey, shown: string | null): void {
    const given = this.#hide(text)
    const reason = this.#reasons.has(given) || this.#reasons.size < MOST_REASONS ? given : OTHER_REASONS
    const found = this.#reasons.get(reason) ?? { records: 0, first: [] }
    this.#reasons.set(reason, found)
    found.records += 1
    if (found.first.length < FIRST_OF_A_REASON) found.first.push({ key, shown })
  }
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}
