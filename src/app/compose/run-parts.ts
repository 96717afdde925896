import { randomBytes, randomUUID } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { checkWith } from '../../config/schema/standard-schema.ts'
import { reversibleRedactor } from '../../domain/secrets/sealed-text.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { charactersOf } from '../../domain/values/characters.ts'
import { tellable } from '../../domain/words/tellable.ts'
import { redactor } from '../../observability/logger.ts'
import { AdaptivePace } from '../../pacing/adaptive-pace.ts'
import { SharedCeiling } from '../../pacing/shared/shared-ceiling.ts'
import { type Encode, mapper, type Update } from '../../refresh/classify/mapping.ts'
import { replyKeeper } from '../../refresh/commit/keep-reply.ts'
import type { Emit } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { RunStore } from '../../refresh/ports/store.ts'
import { fileJournal } from '../../store/checkpoint/journal.ts'
import { isAlive, thisProcess } from '../../store/machine.ts'
import { changedColumns, keptChanges } from '../../store/user-table/compare/changed-columns.ts'
import { preconditionOf } from '../../store/user-table/compare/precondition.ts'
import type { UserTable } from '../../store/user-table/user-table.ts'
import { encodeValues } from '../../store/user-table/values/encode-values.ts'
import { clientFor } from './client-for.ts'
import { rulesOf } from './vendor-rules.ts'

/** The longest that a stop waits for calls in flight, ms. */
const DRAIN_MS = 30_000

/** The dependencies of a run, except those that need a connection. */
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
    shared: config.ceiling instanceof SharedCeiling ? config.ceiling : undefined,
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
    ...processParts(config),
    random: Math.random,
    log,
    emit,
    coolDown: records.coolDown,
    minAgeMs: records.minAgeMs,
    countedColumns: countedColumns(config),
    unavailableForMs: config.database.unavailableForMs,
    drainMs: Math.min(DRAIN_MS, vendor.timeoutMs + 1_000),
    allotment: vendor.credits.allotment ?? null,
    cycle: vendor.credits.cycle,
    keepItemsMs: config.keepItemsMs,
    newRunId,
    hide: reasonsOf(config),
    keep: vendor.keepRepliesMs === null ? null : replyKeeper(vendor.keepRepliesMs, reversibleRedactor(config.secrets)),
    source: table.label,
  }
}

/** The same for all jobs that name any: what counts as a change of a record is remembered once. */
function countedColumns({ jobs }: Config): readonly string[] | null {
  return Object.values(jobs).find(({ gain }) => gain?.columns !== undefined)?.gain?.columns ?? null
}

/** The clock, and what the lease needs of this process. */
export function processParts({ leaseMs }: Config) {
  return { clock: systemClock, me: thisProcess(randomUUID()), isAlive, leaseMs }
}

/** How a reason is reported and stored: without secrets, and as any database takes it. */
export function reasonsOf({ secrets }: Config): (text: string) => string {
  const hide = redactor(secrets)
  return (text) => tellable(hide(text))
}

/** A record may bring no more in a bulk reply than in one of its own. */
function encoderOf(config: Config, table: UserTable): Encode {
  const { single: most } = rulesOf(config).maxReplyBytes
  return (values) => {
    const encoded = encodeValues(table, values)
    if ('problem' in encoded || charactersOf(encoded.values) <= most) return encoded
    return { problem: `its values are longer than a record's may be: ${most} characters (vendor.maxReplyBytes)` }
  }
}

export function mapOf(config: Config, table: UserTable): RunParts['map'] {
  const { vendor, records } = config
  return mapper(
    records.update as Update,
    encoderOf(config, table),
    vendor.response === undefined ? undefined : checkWith(vendor.response),
    (record, values) => changedColumns(table, record, values),
    records.keepChanges ? (...read) => keptChanges(table, ...read) : null,
  )
}

/** Sortable by date, easy to read aloud, hard to guess: "20261130-9f3c1a2b7d". */
function newRunId(): string {
  return `${new Date().toISOString().slice(0, 10).replaceAll('-', '')}-${randomBytes(5).toString('hex')}`
}
