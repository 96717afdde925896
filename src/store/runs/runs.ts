import { readChanges } from '../../domain/changes.ts'
import type { Credits } from '../../domain/credits.ts'
import { readPace } from '../../domain/kept-pace.ts'
import {
  type ControlRequest,
  type Ending,
  type Run,
  type RunStatus,
  readControlRequest,
  type StopReason,
} from '../../domain/run.ts'
import type { NewRun, SnapshotRequest } from '../../refresh/ports/store.ts'
import type { Client, Transaction } from '../client.ts'
import { countsOf } from './counts.ts'

/** The states of runs that nobody resumes. */
export const ENDED = ['completed', 'failed'] as const satisfies readonly RunStatus[]

type Row = NonNullable<Awaited<ReturnType<Client['run']['findUnique']>>>
type Models = Pick<Transaction, 'run' | 'account'>

export async function findRun(client: Models, id: string): Promise<Run | null> {
  const row = await client.run.findUnique({ where: { id } })
  return row && toRun(client, row)
}

/** Newest first. `vendor`: null for all of them; `before`: those with a lower number alone. */
export async function listRuns(
  client: Models,
  vendor: string | null,
  limit: number,
  before: number | null = null,
): Promise<Run[]> {
  const where = { ...(vendor !== null && { vendor }), ...(before !== null && { no: { lt: before } }) }
  return toRuns(client, await client.run.findMany({ where, orderBy: { no: 'desc' }, take: limit }))
}

/** The latest runs of a vendor's job, newest first. */
export async function runsOfJob(client: Models, vendor: string, job: string, limit: number): Promise<Run[]> {
  return toRuns(client, await client.run.findMany({ where: { vendor, job }, orderBy: { no: 'desc' }, take: limit }))
}

export async function latestInterrupted(client: Models, vendor: string, job: string | null): Promise<Run | null> {
  const row = await client.run.findFirst({
    where: { vendor, ...(job === null ? {} : { job }), status: { in: ['running', 'stopped'] } },
    orderBy: { no: 'desc' },
  })
  return row && toRun(client, row)
}

/** The latest run of the vendor's, however it stands. */
export async function latestRun(client: Models, vendor: string): Promise<Run | null> {
  const row = await client.run.findFirst({ where: { vendor }, orderBy: { no: 'desc' } })
  return row && toRun(client, row)
}

export async function unsettledRuns(client: Models, vendor: string): Promise<Run[]> {
  const rows = await client.run.findMany({
    where: { vendor, OR: [{ held: { gt: 0n } }, { status: 'running' }] },
    orderBy: { no: 'asc' },
  })
  return toRuns(client, rows)
}

export async function insertRun(client: Models, run: NewRun, source: string): Promise<Run> {
  const row = await client.run.create({
    data: {
      id: run.id,
      job: run.job,
      vendor: run.vendor,
      source,
      status: 'running',
      spec: run.spec,
      specHash: run.specHash,
      budget: BigInt(run.budget),
      reserve: BigInt(run.reserve),
      createdAt: BigInt(run.createdAt),
    },
  })
  return toRun(client, row)
}

/** A stopped run, or one whose process died, is running again. */
export async function reopenRun(client: Models, { no, budget, reserve }: Run): Promise<Run> {
  const amounts = { budget: BigInt(budget), reserve: BigInt(reserve) }
  const row = await client.run.update({
    where: { no },
    data: {
      status: 'running',
      stopReason: null,
      detail: null,
      endedAt: null,
      abandonedAt: null,
      controlRequest: null,
      ...amounts,
    },
  })
  return toRun(client, row)
}

export async function endRun(
  client: Models,
  run: Run,
  how: Ending,
  { at, activeMs }: Pick<SnapshotRequest, 'at' | 'activeMs'>,
): Promise<Run> {
  const row = await client.run.update({
    where: { no: run.no },
    data: {
      status: how.status,
      stopReason: how.stopReason,
      detail: how.detail,
      drift: BigInt(run.drift),
      endedAt: BigInt(at),
      activeMs: BigInt(Math.round(activeMs)),
    },
  })
  return toRun(client, row)
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

/** Notes it, or takes it back; false if the run has ended. Needs no lease: the process at work looks. */
export async function setControlRequest(
  client: Models,
  no: number,
  controlRequest: ControlRequest | null,
): Promise<boolean> {
  const { count } = await client.run.updateMany({
    where: { no, status: { in: ['running', 'stopped'] } },
    data: { controlRequest: controlRequest === null ? null : JSON.stringify(controlRequest) },
  })
  return count === 1
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

function runOf(row: Row, account: Known | null): Run {
  const balance = account?.expectedBalance ?? null
  const credits = (amount: bigint) => Number(amount) as Credits
  return {
    no: row.no,
    id: row.id,
    job: row.job,
    vendor: row.vendor,
    source: row.source,
    status: row.status as RunStatus,
    stopReason: row.stopReason as StopReason | null,
    detail: row.detail,
    specHash: row.specHash,
    spec: row.spec,
    budget: credits(row.budget),
    reserve: credits(row.reserve),
    spent: credits(row.spent),
    held: credits(row.held),
    unknown: credits(row.unknown),
    balance: balance === null ? null : credits(balance),
    pace: readPace(account?.pace ?? null),
    selected: row.selected,
    duplicates: row.duplicates,
    saved: credits(row.saved),
    drift: credits(row.drift),
    changes: readChanges(row.changes),
    controlRequest: readControlRequest(row.controlRequest),
    warnings: row.warnings === null ? [] : (JSON.parse(row.warnings) as string[]),
    coolingDown: row.coolingDown,
    selectedAll: row.selectedAll,
    ...countsOf(row),
    cursor: row.lastItem,
    lastCall: row.lastCall,
    checkpoint: row.checkpoint,
    canaryDone: row.canaryDone,
    createdAt: Number(row.createdAt),
    endedAt: row.endedAt === null ? null : Number(row.endedAt),
    abandonedAt: row.abandonedAt === null ? null : Number(row.abandonedAt),
    activeMs: Number(row.activeMs),
  }
}
