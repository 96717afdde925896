import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { checkWith } from '../../config/standard-schema.ts'
import { systemClock } from '../../domain/clock.ts'
import { reversibleRedactor } from '../../domain/sealed-text.ts'
import { redactor } from '../../observability/logger.ts'
import { AdaptivePace } from '../../pacing/adaptive-pace.ts'
import { type Compare, type Encode, type Keep, mapper, type Update } from '../../refresh/classify/mapping.ts'
import { replyKeeper } from '../../refresh/commit/keep-reply.ts'
import type { Emit } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import type { VendorClient } from '../../refresh/ports/vendor.ts'
import { fileJournal } from '../../store/journal.ts'
import { isAlive, thisProcess } from '../../store/machine.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { changedColumns } from '../../store/user-table/write/changed-columns.ts'
import { encodeValues } from '../../store/user-table/write/encode-values.ts'
import { keptChanges } from '../../store/user-table/write/kept-changes.ts'
import { preconditionOf } from '../../store/user-table/write/precondition.ts'
import { vendorClient } from '../../vendors/vendor-client.ts'
import { rulesOf } from './vendor-rules.ts'

/** How long a stop waits for calls in flight at most, ms. */
const DRAIN_MS = 30_000

/** Everything that a run works with, but for what depends on the open database. */
export function runParts(
  config: Config,
  table: UserTable,
  store: RunStore,
  log: Log,
  emit: Emit,
): Omit<RunParts, 'workOutReserve'> {
  const { vendor, records } = config
  const pace = new AdaptivePace({
    limits: vendor.limits,
    clock: systemClock,
    onChange: ({ concurrency, perSecond, reason }, steps) =>
      log.info({ concurrency, perSecond, steps, reason }, 'the pace has changed'),
  })
  return {
    store,
    vendor: clientFor(config, log, pace.ceiling + 1),
    rules: rulesOf(config),
    map: mapOf(config, table),
    preconditionOf: (held) => preconditionOf(table, held),
    pace,
    journal: fileJournal(config.journalDir),
    clock: systemClock,
    random: Math.random,
    log,
    emit,
    me: thisProcess(randomUUID()),
    isAlive,
    leaseMs: config.leaseMs,
    coolDown: records.coolDown,
    minAgeMs: records.minAgeMs,
    unavailableForMs: config.database.unavailableForMs,
    drainMs: Math.min(DRAIN_MS, vendor.timeoutMs + 1_000),
    allotment: vendor.credits.allotment ?? null,
    cycle: vendor.credits.cycle,
    keepItemsMs: config.keepItemsMs,
    newRunId,
    hide: redactor(config.secrets),
    keep: vendor.keepRepliesMs === null ? null : replyKeeper(vendor.keepRepliesMs, reversibleRedactor(config.secrets)),
    source: table.label,
  }
}

/** What speaks to the vendor, over so many connections at most. */
export function clientFor({ vendor, secrets }: Config, log: Log, maxSockets: number): VendorClient {
  return vendorClient({
    baseUrl: vendor.baseUrl,
    headers: vendor.headers,
    auth: vendor.auth ?? null,
    idempotencyHeader: vendor.idempotencyHeader ?? null,
    timeoutMs: vendor.timeoutMs,
    maxSockets,
    clock: systemClock,
    obtained: (token) => secrets.add(token),
    missed: ({ kind, reason }) => log.warn({ kind, reason }, 'no access token'),
  })
}

/** How the config maps data to the table's columns. */
export function mapOf({ vendor, records }: Config, table: UserTable): RunParts['map'] {
  const encode: Encode = (values) => encodeValues(table, values)
  const update = records.update as Update
  const check = vendor.response === undefined ? undefined : checkWith(vendor.response)
  const compare: Compare = (record, values) => changedColumns(table, record, values)
  const keep: Keep | null = records.keepChanges ? (...read) => keptChanges(table, ...read) : null
  return mapper(update, encode, check, compare, keep)
}

/** Sorts by time, reads well aloud, and is not guessed: "20261130-9f3c1a2b7d". */
function newRunId(): string {
  return `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`
}

/** A fingerprint of what a run is for, to tell whether an interrupted run is the one that is asked for. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
