import type { Config } from '../../config/config.ts'
import { callId } from '../../domain/call/call.ts'
import type { DecidedCall, UnknownCall, UnknownCalls } from '../../domain/call/unknown-call.ts'
import { plus, toDecimal } from '../../domain/credits/credits.ts'
import { iso } from '../../domain/time/iso.ts'
import type { Decision, UnsettledCall } from '../../refresh/ports/unsettled.ts'
import { isDecidable, whenSettles } from '../../refresh/settle/resolvable-at.ts'
import { idOf, type Saying, settleByHand } from '../../refresh/settle/settle-by-hand.ts'
import type { Connection } from '../../store/client.ts'
import { decidingStore } from '../../store/ledger/deciding-store.ts'
import { leaseHolder } from '../../store/ledger/leases.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { SILENT } from '../compose/app.ts'
import { processParts } from '../compose/run-parts.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { withDatabase } from '../compose/with-database.ts'
import type { UnknownControls } from './run-controls.ts'

const LATEST = 100

/** The unknown calls of the config's vendor account, with what is known of them. Spends nothing. */
export async function listUnknown(config: Config, now = Date.now()): Promise<UnknownCalls> {
  return migrated(config, (connection) => unknownOver(connection, config, now))
}

/** The same over an open connection to a migrated database. */
export async function unknownOver(connection: Connection, config: Config, now: number): Promise<UnknownCalls> {
  const rules = rulesOf(config)
  const store = decidingStore(connection)
  const busy = await leaseHolder(connection.client, rules.name, now)
  const all = await store.unsettled(rules.name)
  const calls = all.filter(({ run, state }) => state === 'unknown' || run.status !== 'running' || busy === null)
  const parts = { rules, cycle: config.vendor.credits.cycle, now, busy: busy !== null }
  return {
    vendor: rules.name,
    busy,
    holds: toDecimal(plus(...calls.map(({ holds }) => holds))),
    calls: calls.map((call) => shown(call, parts)),
    decisions: (await store.decisions(rules.name, LATEST)).map(toDecided),
  }
}

/** Settles unknown calls by hand: all that are named, or none. `by`: who decides. */
export async function decideUnknown(
  config: Config,
  decisions: readonly Saying[],
  by: string,
  { log = SILENT, signal = new AbortController().signal }: UnknownControls = {},
): Promise<readonly DecidedCall[]> {
  const { leaseMs: ttlMs, ...parts } = processParts(config)
  return migrated(config, async (connection) => {
    const store = decidingStore(connection)
    const vendor = config.vendor.name
    return (await settleByHand(decisions, by, { ...parts, ttlMs, store, vendor, log, signal })).map(toDecided)
  })
}

async function migrated<T>(config: Config, work: (connection: Connection) => Promise<T>): Promise<T> {
  return withDatabase(config.database, async (connection) => {
    await migrate(connection)
    return work(connection)
  })
}

function shown(call: UnsettledCall, parts: Parameters<typeof whenSettles>[1]): UnknownCall {
  const { run, n, nonce, state, keys, holds, status, reason, vendorJob } = call
  const { by, from, resetAt } = whenSettles(call, parts)
  const interrupted = run.status === 'running' && !parts.busy
  return {
    id: idOf(call),
    runId: run.id,
    job: run.job,
    runStatus: interrupted ? 'stopped' : run.status,
    state,
    sentAt: iso(call.sentAt),
    records: keys,
    holds: toDecimal(holds),
    status,
    reason,
    vendorJob,
    idempotencyKey: parts.rules.idempotent ? callId(run.id, { n, nonce }) : null,
    settles: { by, from: from === null ? null : iso(from), resetAt: iso(resetAt) },
    decidable: isDecidable(call),
  }
}

function toDecided({ runId, n, verdict, held, cost, by, at }: Decision): DecidedCall {
  return { id: `${runId}/${n}`, as: verdict, held: toDecimal(held), cost: toDecimal(cost), by, at: iso(at) }
}
