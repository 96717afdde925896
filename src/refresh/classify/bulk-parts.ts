import { isDeepStrictEqual } from 'node:util'
import { type Outcome, type OutcomeKind, outcomeOfStatus, VENDOR_OUTCOMES } from '../../domain/call/outcome.ts'
import { type OutcomeRule, outcomeByTable } from '../../domain/call/outcome-table.ts'
import type { PricedPart } from './pricing.ts'

/** `unreadable`: its meaning cannot be determined; it may have been paid for. */
export interface BulkPart extends PricedPart {
  readonly data: unknown
}

const LEFT_OUT: BulkPart = {
  outcome: { kind: 'not-found', reason: 'the vendor left it out' },
  data: null,
  unreadable: false,
}
const LEFT_OUT_HINT = "where the vendor leaves misses out, say what a part's key is (`key`)"
const ALLOWED = '{ status, data } or null, or with a key { key, status, data }'

/**
 * Assigns the parts returned by the config's `bulk.results` to the call's records: by key if they have one, otherwise by
 * position. A null part, or a missing key, means that the record was not found; a malformed part fails its own record
 * only.
 *
 * @throws TypeError if the parts cannot be assigned: then it is not known which records were paid for.
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

/** The key of a record's part, by the record's position in the call. */
export interface KeyOf {
  /** The config defines `bulk.key`, so parts must have keys. */
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
  raw: readonly (RawPart | null)[],
  records: number,
  keyOf: KeyOf,
  table: readonly OutcomeRule[],
): readonly BulkPart[] {
  const keyed = keyedParts(raw, table)
  const wanted = Array.from({ length: records }, (_, at) => String(keyOf.of(at)))
  if (keyed.size > 0 && !wanted.some((key) => keyed.has(key))) {
    const found = [...keyed.keys()][0]
    throw new TypeError(
      `no part is for a record of the call: the first has the key "${found}", a record "${wanted[0]}"`,
    )
  }
  const found = wanted.map((key) => partFor(key, keyed.get(key) ?? []))
  return inDoubt(found, surplusOf(keyed, wanted))
}

function keyedParts(raw: readonly (RawPart | null)[], table: readonly OutcomeRule[]): Map<string, BulkPart[]> {
  const keyed = new Map<string, BulkPart[]>()
  for (const [at, part] of raw.entries()) {
    if (isLeftOut(part) || part === null) continue
    if (part.key === undefined || part.key === null) throw new TypeError(`part ${at} has no key, and others do`)
    const key = String(part.key)
    const before = keyed.get(key)
    if (before === undefined) keyed.set(key, [read(part, table)])
    else before.push(read(part, table))
  }
  return keyed
}

/** The part for the records of a key. Identical parts count as one; differing ones are unreadable, as none can be trusted. */
function partFor(key: string, parts: readonly BulkPart[]): BulkPart {
  const [first = LEFT_OUT, ...others] = parts
  if (others.every(({ outcome, data }) => outcome.kind === first.outcome.kind && isDeepStrictEqual(data, first.data))) {
    return first
  }
  const reason = `${others.length + 1} parts have its key, "${key}", and they differ`
  return { outcome: { kind: 'give-up', reason }, data: first.data, unreadable: true }
}

/** Parts whose keys match no record of the call, or too few. */
interface Surplus {
  /** How many of them have a result. */
  readonly parts: number
  /** An example of such a key; undefined: there is none. */
  readonly key: string | undefined
}

function surplusOf(keyed: ReadonlyMap<string, readonly BulkPart[]>, wanted: readonly string[]): Surplus {
  const records = new Map<string, number>()
  for (const key of wanted) records.set(key, (records.get(key) ?? 0) + 1)
  const tooMany = [...keyed].filter(([key, parts]) => parts.some(isThere) && parts.length > (records.get(key) ?? 0))
  const surplus = tooMany.map(([key, parts]) => Math.max(0, parts.filter(isThere).length - (records.get(key) ?? 0)))
  return { parts: surplus.reduce((sum, parts) => sum + parts, 0), key: tooMany[0]?.[0] }
}

/** Each part too many may be of a record that seems left out: all of those fail, and as many as have a result count as paid. */
function inDoubt(parts: readonly BulkPart[], { parts: surplus, key }: Surplus): readonly BulkPart[] {
  if (key === undefined) return parts
  let paid = surplus
  const reason = `no part has its key, and there are parts too many for other keys (such as "${key}")`
  return parts.map((part) => {
    if (part !== LEFT_OUT) return part
    paid -= 1
    return { outcome: { kind: 'give-up', reason }, data: null, unreadable: paid >= 0, lookedUp: true }
  })
}

function isThere({ outcome }: BulkPart): boolean {
  return outcome.kind !== 'not-found'
}

function read(part: RawPart | null, table: readonly OutcomeRule[]): BulkPart {
  if (isLeftOut(part) || part === null) return LEFT_OUT
  const outcome = outcomeOf(part, table)
  if (typeof outcome !== 'string') return { outcome, data: part.data, unreadable: false }
  return { outcome: { kind: 'give-up', reason: outcome }, data: part.data, unreadable: true }
}

/** The outcome of a part; a string says why it cannot be determined. */
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
  // Rules on a bare status apply to whole calls (a 403 that throttles), so only rules with a code apply to one record.
  const coded = table.filter((rule) => rule.code !== null)
  const kind = outcomeByTable(coded, { status: code, headers: {}, body: data }) ?? kindOf(code)
  return { kind, reason: `status ${code} for this record` }
}

/** A 401 or 403 for one record is a block on that record, since the credentials were accepted for the call. */
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
