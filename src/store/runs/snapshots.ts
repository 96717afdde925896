import { type AllowedPace, allowedPace } from '../../domain/run/kept-pace.ts'
import { readLatencyCounts } from '../../domain/run/latency-counts.ts'
import type { RunSnapshot } from '../../domain/run/run-snapshot.ts'
import type { SnapshotRequest } from '../../refresh/ports/store.ts'
import type { Client } from '../client.ts'
import type { OwnTables } from '../dialect/own-dialect.ts'
import { plain, raw, type Sql, sql } from '../sql.ts'
import { withCounts } from './runs.ts'

/** Stores a snapshot from the run's row, in a checkpoint as the previous one left it; one per checkpoint. */
export function snapshotSql(own: OwnTables, runNo: number, request: SnapshotRequest): Sql {
  return sql`${keepSql(own, runNo, request, raw('unknown'))} ON CONFLICT (run_no, checkpoint) DO NOTHING`
}

/** The last snapshot: everything held is unknown. It updates the one that the last checkpoint stored, if any. */
export function lastSnapshotSql(own: OwnTables, runNo: number, request: SnapshotRequest): Sql {
  return sql`${keepSql(own, runNo, request, raw('held'))} ON CONFLICT (run_no, checkpoint) DO UPDATE
    SET at = excluded.at, active_ms = excluded.active_ms, spent = excluded.spent, unknown = excluded.unknown`
}

function keepSql(own: OwnTables, runNo: number, { at, activeMs, pace, latencies }: SnapshotRequest, unknown: Sql): Sql {
  return sql`INSERT INTO ${own.snapshot} (run_no, checkpoint, at, active_ms, refreshed, not_found, failed, unknown_items,
      superseded, spent, unknown, calls_sent, calls_throttled, calls_failed, calls_unknown, pace, latencies)
    SELECT no, checkpoint, CAST(${BigInt(at)} AS BIGINT), CAST(${BigInt(Math.round(activeMs))} AS BIGINT), refreshed, not_found,
      failed, unknown_items, superseded, spent, ${unknown}, calls_sent, calls_throttled, calls_failed, calls_unknown,
      CAST(${JSON.stringify(pace)} AS TEXT), CAST(${JSON.stringify(latencies)} AS TEXT)
    FROM ${own.run} WHERE no = ${runNo}`
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
