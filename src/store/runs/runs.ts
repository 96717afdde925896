import type { ItemCounts } from '../../domain/call/item.ts'
import type { Credits } from '../../domain/credits/credits.ts'
import { readExpected } from '../../domain/gain/expected.ts'
import { readChanges } from '../../domain/run/changes.ts'
import { readPace } from '../../domain/run/kept-pace.ts'
import {
  type CallCounts,
  type ControlRequest,
  type Ending,
  type Run,
  type RunStatus,
  readControlRequest,
} from '../../domain/run/run.ts'
import type { NewRun, SnapshotRequest } from '../../refresh/ports/store.ts'
import type { Client, Transaction } from '../client.ts'
import { plain } from '../sql.ts'

/** The states of runs that are over. */
export const ENDED = ['completed', 'failed'] as const satisfies readonly RunStatus[]
/** The states of runs that can be resumed. */
const RESUMABLE = ['running', 'stopped'] as const satisfies readonly RunStatus[]

type Row = NonNullable<Awaited<ReturnType<Client['run']['findUnique']>>>
type Models = Pick<Transaction, 'run' | 'account'>

export async function findRun(client: Models, id: string): Promise<Run | null> {
  const row = await client.run.findUnique({ where: { id } })
  return row && toRun(client, row)
}

/** Newest first. `vendor`: null for all of them; `before`: those with a lower number alone. */
export async function listRuns(client: Models, vendor: string | null, limit: number, before: number | null = null) {
  const where = { ...(vendor !== null && { vendor }), ...(before !== null && { no: { lt: before } }) }
  return toRuns(client, await client.run.findMany({ where, orderBy: { no: 'desc' }, take: limit }))
}

/** The latest runs of a vendor's job, newest first. */
export async function runsOfJob(client: Models, vendor: string, job: string, limit: number): Promise<Run[]> {
  return toRuns(client, await client.run.findMany({ where: { vendor, job }, orderBy: { no: 'desc' }, take: limit }))
}

/** The latest run of the vendor, or of its job, that can go on. */
export async function latestInterrupted(client: Models, vendor: string, job: string | null): Promise<Run | null> {
  const where = { vendor, ...(job !== null && { job }), status: { in: [...RESUMABLE] } }
  const row = await client.run.findFirst({ where, orderBy: { no: 'desc' } })
  return row && toRun(client, row)
}

/** The run for which somebody holds the lease, where somebody does: the others that are `running` were found abandoned. */
export async function runUnderLease(client: Models, vendor: string): Promise<Run | null> {
  const where = { vendor, status: 'running', abandonedAt: null }
  const row = await client.run.findFirst({ where, orderBy: { no: 'desc' } })
  return row && toRun(client, row)
}

export async function unsettledRuns(client: Models, vendor: string): Promise<Run[]> {
  const where = { vendor, OR: [{ held: { gt: 0 } }, { status: 'running' }] }
  return toRuns(client, await client.run.findMany({ where, orderBy: { no: 'asc' } }))
}

export async function insertRun(client: Models, run: NewRun, source: string): Promise<Run> {
  return toRun(client, await client.run.create({ data: { ...run, source, status: 'running' } }))
}

/** A stopped run, or one whose process died, is running again. */
export async function reopenRun(client: Models, { no, budget, reserve }: Run): Promise<Run> {
  const cleared = { stopReason: null, detail: null, endedAt: null, abandonedAt: null, controlRequest: null }
  const data = { ...cleared, status: 'running', budget, reserve }
  return toRun(client, await client.run.update({ where: { no }, data }))
}

export async function endRun(
  client: Models,
  { no, drift, spec }: Run,
  { status, stopReason, detail, backAt }: Ending,
  { at, activeMs }: Pick<SnapshotRequest, 'at' | 'activeMs'>,
): Promise<Run> {
  const said = backAt === undefined ? {} : { spec: JSON.stringify({ ...JSON.parse(spec), backAt }) }
  const data = { status, stopReason, detail, drift, endedAt: at, activeMs: Math.round(activeMs), ...said }
  return toRun(client, await client.run.update({ where: { no }, data }))
}

/** Its items, calls and course are not kept any more. */
export async function isPruned(client: Models, no: number): Promise<boolean> {
  const row = await client.run.findUnique({ where: { no }, select: { prunedAt: true } })
  return row !== null && row.prunedAt !== null
}

/** What a person has asked of the run; null: nothing. */
export async function controlRequestOf(client: Models, no: number): Promise<ControlRequest | null> {
  const row = await client.run.findUnique({ where: { no }, select: { controlRequest: true } })
  return readControlRequest(row?.controlRequest ?? null)
}

/** Sets or clears it; false if the run has ended. Needs no lease: the running process reads it. */
export async function setControlRequest(client: Models, no: number, asked: ControlRequest | null): Promise<boolean> {
  const controlRequest = asked === null ? null : JSON.stringify(asked)
  const { count } = await client.run.updateMany({
    where: { no, status: { in: [...RESUMABLE] } },
    data: { controlRequest },
  })
  return count === 1
}

/** The columns in which a run, and a snapshot of it, count what has ended. */
export interface CountRow extends Omit<ItemCounts, 'unknown'> {
  readonly unknownItems: number
  readonly callsSent: number
  readonly callsThrottled: number
  readonly callsFailed: number
  readonly callsUnknown: number
}

/** The row with its counts in two groups. */
export function withCounts<Row extends CountRow>(row: Row) {
  const { refreshed, notFound, failed, unknownItems, superseded, ...more } = row
  const { callsSent, callsThrottled, callsFailed, callsUnknown, ...rest } = more
  const items: ItemCounts = { refreshed, notFound, failed, unknown: unknownItems, superseded }
  const calls: CallCounts = { sent: callsSent, throttled: callsThrottled, failed: callsFailed, unknown: callsUnknown }
  return { ...rest, items, calls }
}

/** Runs, each with what is known of its vendor's account. */
async function toRuns(client: Models, rows: readonly Row[]): Promise<Run[]> {
  const vendors = [...new Set(rows.map(({ vendor }) => vendor))]
  const accounts = await client.account.findMany({ where: { vendor: { in: vendors } } })
  const known = new Map(accounts.map((account) => [account.vendor, account]))
  return rows.map((row) => runOf(row, known.get(row.vendor) ?? null))
}

async function toRun(client: Models, row: Row): Promise<Run> {
  return runOf(row, await client.account.findUnique({ where: { vendor: row.vendor } }))
}

type Known = { readonly expectedBalance: bigint | null; readonly pace: string | null }

function runOf(
  { prunedAt: _, lastItem, changes, expected, controlRequest, warnings, ...row }: Row,
  account: Known | null,
): Run {
  const balance = account?.expectedBalance ?? null
  return {
    ...plain<Omit<Run, 'balance' | 'changes' | 'expected' | 'controlRequest' | 'cursor' | 'pace' | 'warnings'>>(
      withCounts(row),
    ),
    balance: balance === null ? null : (Number(balance) as Credits),
    pace: readPace(account?.pace ?? null),
    changes: readChanges(changes),
    expected: readExpected(expected),
    controlRequest: readControlRequest(controlRequest),
    warnings: warnings === null ? [] : (JSON.parse(warnings) as string[]),
    cursor: lastItem,
  }
}
