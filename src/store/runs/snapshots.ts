import { type AllowedPace, allowedPace } from '../../domain/run/kept-pace.ts'
import { readLatencyCounts } from '../../domain/run/latency-counts.ts'
import type { RunSnapshot } from '../../domain/run/run-snapshot.ts'
import type { SnapshotRequest } from '../../refresh/ports/store.ts'
import type { Client } from '../client.ts'
import { textSql, wholeNumberSql } from '../dialect/casts.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import type { Upsert } from '../dialect/own-writes.ts'
import { type Dialect, plain, raw, type Sql, sql } from '../sql.ts'
import { withCounts } from './runs.ts'

/** Stores a snapshot from the run's row, in a checkpoint as the previous one left it; one per checkpoint. */
export function snapshotSql(dialect: Dialect, runNo: number, request: SnapshotRequest): Sql {
  return ownDialect(dialect).writes.upsert(standing(dialect, runNo, request, raw('unknown')))
}

/** The last snapshot: everything held is unknown. It updates the one that the last checkpoint stored, if any. */
export function lastSnapshotSql(dialect: Dialect, runNo: number, request: SnapshotRequest): Sql {
  return ownDialect(dialect).writes.upsert({
    ...standing(dialect, runNo, request, raw('held')),
    change: (_, comes) => ({
      at: comes('at'),
      active_ms: comes('active_ms'),
      spent: comes('spent'),
      unknown: comes('unknown'),
    }),
  })
}

const OF_RUN = `refreshed not_found failed unknown_items superseded spent calls_sent calls_throttled calls_failed
  calls_unknown`.split(/\s+/)

function standing(dialect: Dialect, runNo: number, request: SnapshotRequest, unknown: Sql): Upsert {
  const { snapshot, run } = ownDialect(dialect).tables
  const number = (value: number) => wholeNumberSql(dialect, sql`${BigInt(Math.round(value))}`)
  const json = (value: unknown) => textSql(dialect, sql`${JSON.stringify(value)}`)
  return {
    into: snapshot,
    columns: ['run_no', 'checkpoint', 'at', 'active_ms', 'unknown', 'pace', 'latencies', ...OF_RUN],
    rows: sql`SELECT no, checkpoint, ${number(request.at)}, ${number(request.activeMs)}, ${unknown},
      ${json(request.pace)}, ${json(request.latencies)}, ${raw(OF_RUN.join(', '))} FROM ${run} WHERE no = ${runNo}`,
    key: ['run_no', 'checkpoint'],
  }
}

/** How a run stood now and then, in its order; none of a run whose items are gone. */
export async function readSnapshots(client: Pick<Client, 'snapshot'>, runNo: number): Promise<RunSnapshot[]> {
  const rows = await client.snapshot.findMany({ where: { runNo }, orderBy: { checkpoint: 'asc' } })
  return rows.map(({ runNo: _, checkpoint: __, pace, latencies, ...row }) => ({
    ...plain<Omit<RunSnapshot, 'pace' | 'latencies'>>(withCounts(row)),
    pace: readPace(pace),
    latencies: readLatencyCounts(latencies),
  }))
}

function readPace(text: string): AllowedPace | null {
  try {
    const pace = JSON.parse(text) as AllowedPace
    return { ...allowedPace(pace), reason: String(pace.reason) }
  } catch {
    return null
  }
}
