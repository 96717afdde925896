import { type Outcome, type OutcomeKind, outcomeOfStatus, VENDOR_OUTCOMES } from '../domain/outcome.ts'
import { type OutcomeRule, outcomeByTable } from '../domain/outcome-table.ts'

/** One record's part of a bulk reply. */
export interface BulkPart {
  readonly outcome: Outcome
  readonly data: unknown
  /** Nobody can say what it means; it may have been paid for. */
  readonly unreadable: boolean
}

const LEFT_OUT: BulkPart = {
  outcome: { kind: 'not-found', reason: 'the vendor left it out' },
  data: null,
  unreadable: false,
}
const LEFT_OUT_HINT = "where the vendor leaves misses out, say what a part's key is (`key`)"
const ALLOWED = '{ status, data } or null, or with a key { key, status, data }'

/**
 * Puts the parts that the config's `bulk.results` answered to the records of the call: by position, or by key where
 * they have one. A part that is null, or by key missing, is a record that was not found; what one part says that makes
 * no sense is that record's own misfortune.
 *
 * @throws TypeError where they cannot be told apart: then nobody knows what was paid for which record.
 */
export function partsOf(
  answered: unknown,
  records: number,
  keyOf: KeyOf,
  table: readonly OutcomeRule[] = [],
): readonly BulkPart[] {
  if (!Array.isArray(answered)) throw new TypeError(`answered ${describe(answered)}; allowed: a list`)
  for (const [at, part] of answered.entries()) {
    if (!isLeftOut(part) && !isPart(part)) throw new TypeError(`part ${at} is ${describe(part)}; allowed: ${ALLOWED}`)
  }
  const parts = answered as (RawPart | null)[]
  if (keyOf.configured || parts.some((part) => !isLeftOut(part) && part?.key !== undefined)) {
    return byKey(parts, records, keyOf, table)
  }
  if (parts.length !== records) {
    const hint = parts.length === 0 ? LEFT_OUT_HINT : 'parts without a key must be as many'
    throw new TypeError(`answered ${parts.length} parts for ${records} records; ${hint}`)
  }
  return parts.map((part) => read(part, table))
}

/** The key by which a record's part is told, by the record's place in the call. */
export interface KeyOf {
  /** The config says how: parts have a key, then. */
  readonly configured: boolean
  of(at: number): unknown
}

interface RawPart {
  readonly key?: unknown
  readonly status?: unknown
  readonly data?: unknown
  readonly outcome?: unknown
}

function byKey(
  parts: readonly (RawPart | null)[],
  records: number,
  keyOf: KeyOf,
  table: readonly OutcomeRule[],
): BulkPart[] {
  const keyed = new Map<string, RawPart>()
  for (const [at, part] of parts.entries()) {
    if (isLeftOut(part) || part === null) continue
    if (part.key === undefined || part.key === null) throw new TypeError(`part ${at} has no key, and others do`)
    if (!keyed.has(String(part.key))) keyed.set(String(part.key), part)
  }
  const wanted = Array.from({ length: records }, (_, at) => String(keyOf.of(at)))
  if (keyed.size > 0 && !wanted.some((key) => keyed.has(key))) {
    const found = [...keyed.keys()][0]
    throw new TypeError(
      `no part is for a record of the call: the first has the key "${found}", a record "${wanted[0]}"`,
    )
  }
  const known = new Set(wanted)
  const strangers = [...keyed].filter(
    ([key, part]) => !known.has(key) && read(part, table).outcome.kind !== 'not-found',
  )
  const found = wanted.map((key) => read(keyed.get(key) ?? null, table))
  return strangers.length === 0 ? found : inDoubt(found, strangers.length, strangers[0]?.[0])
}

/** Parts are there that no record claims: some of the records that seem left out may have been found, and paid for. */
function inDoubt(parts: readonly BulkPart[], strangers: number, key: string | undefined): BulkPart[] {
  let paid = strangers
  const reason = `no part has its key, and parts have keys of no record (such as "${key}")`
  return parts.map((part) => {
    if (part !== LEFT_OUT) return part
    paid -= 1
    return { outcome: { kind: 'give-up', reason }, data: null, unreadable: paid >= 0 }
  })
}

function read(part: RawPart | null, table: readonly OutcomeRule[]): BulkPart {
  if (isLeftOut(part) || part === null) return LEFT_OUT
  const outcome = outcomeOf(part, table)
  if (typeof outcome !== 'string') return { outcome, data: part.data, unreadable: false }
  return { outcome: { kind: 'give-up', reason: outcome }, data: part.data, unreadable: true }
}

/** What a part means; text: why it cannot be said. */
function outcomeOf({ status, data, outcome }: RawPart, table: readonly OutcomeRule[]): Outcome | string {
  if (outcome !== undefined && outcome !== null) {
    const kind = VENDOR_OUTCOMES.find((known) => known === outcome)
    if (kind === undefined) return `its outcome is ${describe(outcome)}; allowed: ${VENDOR_OUTCOMES.join(', ')}`
    return { kind, reason: `${kind} by the vendor's rules` }
  }
  if (status === undefined || status === null) {
    const there = data !== undefined && data !== null
    return { kind: there ? 'fresh' : 'not-found', reason: there ? 'data' : 'no data' }
  }
  const code = Number(status)
  if (!Number.isInteger(code) || code < 100 || code > 599)
    return `its status is ${describe(status)}; allowed: as HTTP's, such as 200`
  // What a bare status means for a whole call (a 403 that throttles) is not what it means for one record.
  const coded = table.filter((rule) => rule.code !== null)
  const kind = outcomeByTable(coded, { status: code, headers: {}, body: data }) ?? kindOf(code)
  return { kind, reason: `status ${code} for this record` }
}

/** A record may be forbidden (a legal block) where the call, and so the credentials, were not refused. */
function kindOf(status: number): OutcomeKind {
  const kind = outcomeOfStatus(status, null)
  return kind === 'credentials-refused' ? 'give-up' : kind
}

function isLeftOut(part: unknown): boolean {
  return part === null || part === undefined || part === false
}

function isPart(part: unknown): part is RawPart {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
