import type { ImportBatch, ImportSubject } from '../../import/ports.ts'
import type { Connection } from '../client.ts'
import { holdImport, type Standing, saveImport } from './progress.ts'
import type { RejectsFile } from './rejects-file.ts'
import type { ImportTarget } from './target.ts'
import { type Upserted, upsert } from './upsert.ts'

/** What an import that has begun writes with. */
export interface Writing {
  readonly connection: Connection
  readonly target: ImportTarget
  readonly subject: ImportSubject
  readonly rejects: RejectsFile
}

/**
 * One transaction: the records, how far the file has been read, and how long the rejects file then is. Its lines go to
 * the disk before the commit, so that none is ever lost; what a transaction that failed has left there is written over.
 */
export function writeBatch(writing: Writing, batch: ImportBatch, now: number): Promise<Standing> {
  const { connection, target, subject, rejects } = writing
  const source = target.table.label
  return connection.transaction(async (tx) => {
    const before = await holdImport(tx, source, subject, now)
    // It had committed after all, and only the answer was lost.
    if (before.batch >= batch.number) return before
    const written = await upsert(tx, target, batch.rows)
    const all = [...batch.rejects, ...written.rejects].sort((a, b) => a.line - b.line)
    const after = advance(before, batch, written, await rejects.write(all, before.rejectsBytes))
    await saveImport(tx, source, subject.path, after)
    return after
  })
}

export function endImport({ connection, target, subject }: Writing, activeMs: number, now: number): Promise<Standing> {
  const source = target.table.label
  return connection.transaction(async (tx) => {
    const before = await holdImport(tx, source, subject, now)
    const after = { ...before, activeMs: before.activeMs + activeMs }
    await saveImport(tx, source, subject.path, after)
    const key = { path: subject.path, source }
    await tx.import.update({ where: { path_source: key }, data: { endedAt: BigInt(now) } })
    return after
  })
}

function advance(before: Standing, batch: ImportBatch, written: Upserted, rejectsBytes: number): Standing {
  const { rows, skipped } = batch
  const { inserted, changed, rejects } = written
  const { counts } = before
  return {
    batch: batch.number,
    next: batch.until,
    header: before.header,
    counts: {
      read: counts.read + rows.length + batch.rejects.length + skipped,
      inserted: counts.inserted + inserted,
      changed: counts.changed + changed,
      unchanged: counts.unchanged + rows.length - inserted - changed - rejects.length,
      rejected: counts.rejected + batch.rejects.length + rejects.length,
      skipped: counts.skipped + skipped,
    },
    activeMs: before.activeMs + batch.activeMs,
    rejectsBytes,
  }
}
