import type { Outcome } from '../../domain/call/outcome.ts'
import { NO_CREDITS } from '../../domain/credits/credits.ts'
import { LOST_SECRET } from '../../domain/secrets/sealed-text.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { RecordKey, RecordRow } from '../../domain/values/record.ts'
import { CallMaker } from '../call/call-maker.ts'
import type { ItemReading } from '../classify/reply-reader.ts'
import type { CallItem, OpenedCall } from '../ports/calls.ts'
import type { Brought, KeptCall, KeptRecord } from '../ports/replay-store.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { BulkRules, Exchange, Headers, Mapped, VendorClient, VendorRules } from '../ports/vendor.ts'

/** What a kept reply contains for a record, by the current config. */
export type RecordReading =
  | ({ readonly kind: 'values' } & Brought)
  | { readonly kind: 'gone' | 'not-found'; readonly key: RecordKey }
  | { readonly kind: 'unreadable'; readonly key: RecordKey; readonly reason: string; readonly shown: string | null }

export interface ReadingParts extends Pick<RunParts, 'rules' | 'map' | 'hide'> {
  /** Restores redacted secrets; see domain/secrets/sealed-text.ts. */
  readonly unseal: (sealed: string) => { readonly text: string; readonly lost: boolean }
}

type Rows = ReadonlyMap<RecordKey, RecordRow>

/**
 * Reads a kept reply as a run would: a CallMaker makes the call with a vendor client that returns the kept reply. Nothing
 * is sent. `rows`: the current rows of the call's records; missing ones are deleted.
 */
export async function readKept(call: KeptCall, rows: Rows, parts: ReadingParts): Promise<RecordReading[]> {
  const asked = askedFor(call, rows)
  if (asked === null) return call.records.flatMap((record) => keysOf(record).map((key) => ({ kind: 'gone', key })))
  const rules = rulesThen(parts.rules, call, asked)
  if (typeof rules === 'string') {
    return call.records.flatMap((record) => keysOf(record).map((key) => unreadable(key, rules, null)))
  }
  const { exchange, lost } = exchangeOf(call, parts)
  const maker = new CallMaker({
    ...parts,
    // The kept reply is the job's result, not the reply to its submission.
    rules: { ...rules, async: null },
    vendor: replaying(exchange),
    clock: { ...systemClock, now: () => call.at },
    runId: '',
    mayGo: () => true,
    keep: null,
  })
  const { items } = await maker.make(asked.call, { method: 'GET', path: '/' })
  return call.records.flatMap((record, at) => readingsOf(record, items[at] as ItemReading, { rows, at: call.at, lost }))
}

interface Asked {
  readonly call: OpenedCall
  /** The result of `bulk.key` during the run, by the record's current row. */
  readonly partKeys: ReadonlyMap<RecordRow, string>
  /** Copied rows in place of deleted records. */
  readonly standIns: ReadonlySet<RecordRow>
}

/**
 * The call with the current rows of its records, in its order. A deleted record is replaced by a copy of another row: a
 * config function that fails on an empty row would make the whole reply unreadable. Null: no record is left.
 */
function askedFor({ n, at, records, partKeys: then }: KeptCall, rows: Rows): Asked | null {
  const present = records.map((record) => firstRow(record, rows))
  const another = present.find((row) => row !== null)
  if (another === undefined || another === null) return null
  const standIns = new Set<RecordRow>()
  const partKeys = new Map<RecordRow, string>()
  const items = records.map(({ key, seq, duplicates }, place): CallItem => {
    const row = present[place] ?? { ...another }
    if (present[place] === null) standIns.add(row)
    const partKey = then?.[place]
    if (partKey !== undefined) partKeys.set(row, partKey)
    const live = duplicates.flatMap((duplicate) => {
      const own = rows.get(duplicate)
      return own === undefined ? [] : [{ duplicate: { key: duplicate, selectedAt: null }, row: own }]
    })
    return { item: { seq, key, attempts: 0, selectedAt: null }, row, duplicates: live }
  })
  return { call: { n, nonce: '', reservation: NO_CREDITS, openedAt: at, items }, partKeys, standIns }
}

/** A record's row, or if it is deleted that of a duplicate, which would send the same request. */
function firstRow(record: KeptRecord, rows: Rows): RecordRow | null {
  const key = keysOf(record).find((each) => rows.has(each))
  return key === undefined ? null : (rows.get(key) ?? null)
}

/** The rules to read the call's reply by; a string says why it cannot be read. */
function rulesThen(rules: VendorRules, { via }: KeptCall, asked: Asked): VendorRules | string {
  if (rules[via] === null) return `it was asked for by vendor.${via}, which the config no longer has`
  if (via === 'single') return { ...rules, bulk: null }
  const { bulk } = rules
  return { ...rules, single: null, bulk: bulk === null || bulk.key === null ? bulk : keyedThen(bulk, bulk.key, asked) }
}

/**
 * Matches parts of a bulk reply by the keys of the run, since records may have changed since. If no part has a record's
 * stored key, the `key` function was wrong then, and the current one is used.
 */
function keyedThen(bulk: BulkRules, key: NonNullable<BulkRules['key']>, { partKeys, standIns }: Asked): BulkRules {
  let parts: ReadonlySet<string> = new Set()
  return {
    ...bulk,
    results: (body, records) => {
      const answered = bulk.results(body, records)
      parts = new Set(Array.isArray(answered) ? answered.map((part) => String(part?.key)) : [])
      return answered
    },
    key: (row, at) => {
      const then = partKeys.get(row)
      return then !== undefined && (parts.has(then) || standIns.has(row)) ? then : key(row, at)
    },
  }
}

function exchangeOf(
  { status, headers, text }: KeptCall,
  { unseal }: ReadingParts,
): { exchange: Exchange; lost: boolean } {
  const [head, body] = [unseal(headers), unseal(text)]
  const exchange = { kind: 'reply', status, headers: headersOf(head.text), text: body.text, latencyMs: 0 } as const
  return { exchange, lost: head.lost || body.lost }
}

/** Empty if the text is no JSON: redacting a short secret may have broken its syntax. */
function headersOf(json: string): Headers {
  try {
    return JSON.parse(json) as Headers
  } catch {
    return {}
  }
}

function replaying(exchange: Exchange): VendorClient {
  return { send: async () => exchange, close: () => {} }
}

interface Current {
  readonly rows: Rows
  readonly at: number
  readonly lost: boolean
}

function readingsOf({ key, duplicates }: KeptRecord, reading: ItemReading, now: Current): RecordReading[] {
  const { outcome, shown } = reading
  const live = duplicates.filter((duplicate) => now.rows.has(duplicate))
  const mapped = new Map<RecordKey, Mapped | null>([
    [key, reading.mapped],
    ...live.map((duplicate, at) => [duplicate, reading.duplicates[at] ?? null] as const),
  ])
  return [key, ...duplicates].map((each) => {
    if (!now.rows.has(each)) return { kind: 'gone', key: each }
    return readingOf(each, outcome, mapped.get(each) ?? null, shown, now)
  })
}

function readingOf(
  key: RecordKey,
  outcome: Outcome,
  mapped: Mapped | null,
  shown: string | null,
  { at, lost }: Current,
): RecordReading {
  if (outcome.kind === 'not-found') return { kind: 'not-found', key }
  if (outcome.kind !== 'fresh' || mapped === null) return unreadable(key, outcome.reason, shown)
  if (mapped.kind === 'unusable') return unreadable(key, mapped.reason, shown)
  if (lost && JSON.stringify(mapped.values).includes(LOST_SECRET)) {
    return unreadable(key, 'a secret stood in its data that is not in the config any more', null)
  }
  return { kind: 'values', key, at, values: mapped.values }
}

function unreadable(key: RecordKey, reason: string, shown: string | null): RecordReading {
  return { kind: 'unreadable', key, reason, shown }
}

function keysOf({ key, duplicates }: KeptRecord): RecordKey[] {
  return [key, ...duplicates]
}
