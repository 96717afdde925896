import type { Config } from '../../config/config.ts'
import type { ItemEndState } from '../../domain/call/item.ts'
import { mostOf } from '../../domain/credits/cost.ts'
import { NO_CREDITS, toDecimal } from '../../domain/credits/credits.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { RunSummary } from '../../domain/run/run.ts'
import { hiddenRequest, hiddenValue } from '../../domain/secrets/hidden-request.ts'
import type { RecordRow } from '../../domain/values/record.ts'
import { CallMaker } from '../../refresh/call/call-maker.ts'
import { StopSwitch } from '../../refresh/control/stop-switch.ts'
import type { CallProbe } from '../../refresh/events/call-probe.ts'
import type { RunEvent } from '../../refresh/events/events.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { RunParts } from '../../refresh/ports/run-parts.ts'
import type { Exchange, VendorRequest } from '../../refresh/ports/vendor.ts'
import { refreshRun } from '../../refresh/refresh-run.ts'
import { countEligible } from '../../store/selection/open-records.ts'
import { firstKeys } from '../../store/selection/selection.ts'
import { readRecords } from '../../store/user-table/read/read-records.ts'
import { fromDatabase } from '../compose/app.ts'
import { requestAsSent } from '../compose/client-for.ts'
import { type ConnectedApp, withApp } from '../compose/with-app.ts'
import type { RunOptions } from './run-controls.ts'
import { type NewRunRequest, runRequest, selectionOf } from './run-request.ts'
import { columnsOf, hider, plain, replyOf, type TriedCall, type TriedColumn, type TriedReply } from './tried-call.ts'

/** Which record: the one with that key, or the first that the job, or a run by hand, would take. */
export type TryOptions = Pick<RunOptions, 'job' | 'where' | 'filters' | 'ids'>

export interface TryControls {
  readonly log: Log
  /** Asked once, with what is about to be sent; nothing is sent where it answers no. */
  readonly confirm: (shown: TriedCall) => Promise<boolean>
  readonly signal?: AbortSignal
}

export interface Tried {
  readonly key: string
  readonly call: TriedCall
  /** Null: nothing was to be sent. */
  readonly run: RunSummary | null
}

/** Shows the call for one record, and makes it after a yes, as a run of that record alone. */
export function tryRecord(config: Config, options: TryOptions, controls: TryControls): Promise<Tried> {
  return withApp(config, controls.log, async (app) => {
    const watch = new CallWatch()
    const parts = app.parts((event) => watch.event(event), watch)
    try {
      return await tried(app, parts, watch, options, controls)
    } finally {
      parts.vendor.close()
    }
  })
}

async function tried(
  app: ConnectedApp,
  parts: RunParts,
  watch: CallWatch,
  options: TryOptions,
  { confirm, signal }: TryControls,
): Promise<Tried> {
  const { config } = app
  const hide = hider(config)
  const request = requestFor(options, app)
  const key = await fromDatabase(keyOf(request, app, parts))
  const before = await fromDatabase(rowOf(app, key))
  const made = requestMade(key, before, parts, hide)
  const show = (idempotencyKey: string | null) => {
    const sent = { ...requestAsSent(config, made, idempotencyKey) }
    const maxCost = toDecimal(mostOf(parts.rules.cost, 1))
    return { request: hiddenRequest({ ...sent, body: plain(sent.body) }, hide, config.secrets), maxCost }
  }
  const shown = show(null)
  if (!(await confirm(shown))) return { key, call: shown, run: null }
  const { spec } = request
  const only = { ...request, keys: [key], spec: { ...spec, selection: { ...spec.selection, byKey: true } } }
  const run = await refreshRun(only, parts, new StopSwitch(signal))
  const { exchange } = watch
  const { outcome, reason } = watch.end ?? withoutEnd(exchange, run)
  const why = reason === null ? {} : { reason: hide(reason) }
  if (exchange === null) return { key, call: { ...shown, ...why }, run }
  const columns = columnsOf(config, before, await fromDatabase(rowOf(app, key)))
  const call = {
    ...show(watch.key),
    reply: exchange.kind === 'reply' ? (hiddenValue(replyOf(exchange), hide) as TriedReply) : null,
    outcome,
    ...why,
    cost: run.credits.spent,
    columns: hiddenValue(columns, hide) as TriedColumn[],
  }
  return { key, call, run }
}

/** The record may be tried again, but not by this run: it has spent what it may, or was stopped. */
function withoutEnd(
  exchange: Exchange | null,
  run: RunSummary,
): { outcome: ItemEndState | null; reason: string | null } {
  if (exchange?.kind === 'lost') return { outcome: 'unknown', reason: exchange.reason }
  return { outcome: null, reason: run.detail ?? run.stopReason }
}

/** A run by hand of one record, for no more than it can cost: at once, however long its job may take. */
function requestFor(options: TryOptions, app: ConnectedApp): NewRunRequest {
  const budget = toDecimal(mostOf(app.config.vendor.credits.cost, 1))
  const { job, where, ids, filters = [] } = options
  // Where no job is meant, and several might be, it is a run by hand of whatever is eligible.
  const isByHand = job === undefined && ids === undefined && filters.length === 0
  const any = isByHand && Object.keys(app.config.jobs).length !== 1 ? {} : undefined
  const request = runRequest({ ...options, where: where ?? any, limit: 1, budget, new: true }, app)
  const { keys, spec } = request
  if (keys !== null && keys.length !== 1) {
    throw new InputError('RUN_INVALID', [{ path: '--ids', found: `${keys.length} keys`, allowed: 'one key' }])
  }
  const { pace: _, ...atOnce } = spec
  return { ...request, spec: atOnce }
}

/** The record that the run takes. Throws InputError where it would take none. */
async function keyOf(
  request: NewRunRequest,
  { connection: { client }, table }: ConnectedApp,
  parts: RunParts,
): Promise<string> {
  const { keys } = request
  const which = selectionOf(request, parts)
  const [first] = await firstKeys(client, table, { ...which, limit: 1 })
  if (first !== undefined) return first.key
  const { coolingDown } = await countEligible(client, table, which)
  const allowed = 'a record that a run would take'
  if (keys === null) {
    const found = coolingDown > 0 ? `none (${coolingDown} are on cool-down)` : 'none'
    throw new InputError('NOTHING_TO_TRY', [{ path: 'records', found, allowed }])
  }
  const there = (await readRecords(client, table, keys)).size > 0
  const rest = coolingDown > 0 ? 'one that is on cool-down' : 'one that is not eligible'
  throw new InputError('NOTHING_TO_TRY', [{ path: '--ids', found: there ? rest : 'no record with this key', allowed }])
}

async function rowOf({ connection, table }: ConnectedApp, key: string): Promise<RecordRow> {
  return (await readRecords(connection.client, table, [key])).get(key)?.row ?? {}
}

/** The request as the run makes it. Throws InputError where the config makes none. */
function requestMade(key: string, row: RecordRow, parts: RunParts, hide: (text: string) => string): VendorRequest {
  const maker = new CallMaker({ ...parts, runId: '', mayGo: () => false })
  const item = { seq: 1, key, attempts: 0, selectedAt: null }
  const call = { n: 0, nonce: '', reservation: NO_CREDITS, openedAt: 0, items: [{ item, row, duplicates: [] }] }
  const prepared = maker.prepare(call)
  if ('request' in prepared) return prepared.request
  const found = hide('problem' in prepared ? prepared.problem : prepared.tooLong)
  throw new InputError('REQUEST_INVALID', [{ path: 'vendor', found, allowed: 'a request that can be sent' }])
}

type Sent = Exclude<Exchange, { kind: 'not-sent' }>

/** Follows the run: what its call brought at last, and how the record ended. */
class CallWatch implements CallProbe {
  /** Null: nothing has been sent. */
  exchange: Sent | null = null
  key: string | null = null
  end: (RunEvent & { type: 'item' }) | null = null

  event(event: RunEvent): void {
    if (event.type === 'item') this.end = event
    // What came before was of other runs, whose cycle is over.
    if (event.type === 'started') [this.exchange, this.key] = [null, null]
  }

  exchanged(_: VendorRequest, key: string | null, exchange: Exchange): void {
    if (exchange.kind !== 'not-sent') this.exchange = exchange
    this.key = key ?? this.key
  }

  call(): void {}
  checkpoint(): void {}
}
