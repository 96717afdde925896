import type { Clock } from '../../domain/time/clock.ts'
import { advance, type ImportBatch, type ImportRow, type ImportStore, type ImportSubject } from '../../import/ports.ts'
import type { Connection, Transaction } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { queryJson, queryJsonList } from '../sql.ts'
import type { ImportTarget } from './describe-target.ts'
import { holdImport, type Standing, saveImport, takeImport } from './progress.ts'
import { openRejects, type RejectsFile } from './rejects-file.ts'
import { groupOf, groups, upsert } from './upsert.ts'
import { absentSql, differingSql } from './upsert-sql.ts'
import { waves } from './waves.ts'

/** The share of a batch's time for which SQLite is then left to other writers, which retry only now and then. */
const LEFT_TO_OTHERS = 0.1

interface Begun {
  readonly subject: ImportSubject
  readonly rejects: RejectsFile
}

/** An import on either database. Throws DatabaseUnavailableError where waiting may help. */
export function importStore(connection: Connection, target: ImportTarget, clock: Clock): ImportStore {
  const source = target.table.label
  let begun: Begun | null = null
  /** Where the import stands. Null where that is not certain: what failed may have committed, or another process go on. */
  let certain: Standing | null = null
  let freeAt = 0
  const step = async (work: () => Promise<Standing>) => {
    certain = null
    certain = await work()
    return certain
  }
  /** One transaction, which begins with the import's lock. `work` answers where the import then stands. */
  const transact = (work: (tx: Transaction, before: Standing, begun: Begun) => Promise<Standing>) =>
    step(() => {
      const writing = begun
      if (writing === null) throw new Error('the import has not begun')
      return connection.transaction(async (tx) =>
        work(tx, await holdImport(tx, source, writing.subject, clock.now()), writing),
      )
    })
  return withDatabaseErrors({
    begin: (subject) =>
      step(async () => {
        const at = await connection.transaction((tx) => takeImport(tx, source, subject, clock.now()))
        begun = { subject, rejects: await openRejects(subject.rejectsFile, at.rejectsBytes) }
        return at
      }),
    async write(batch) {
      await clock.sleep(freeAt - clock.monotonic())
      const beganAt = clock.monotonic()
      const at = await transact((tx, before, writing) => writeBatch(tx, target, before, batch, writing))
      const endedAt = clock.monotonic()
      if (ownDialect(connection.dialect).singleWriter) freeAt = endedAt + LEFT_TO_OTHERS * (endedAt - beganAt)
      return at
    },
    end: (activeMs) =>
      transact(async (tx, before, { subject }) => {
        const after = { ...before, activeMs: before.activeMs + activeMs }
        await saveImport(tx, source, subject.path, after, clock.now())
        return after
      }),
    forecast: (rows) => forecast(connection, target, rows),
    async close() {
      if (begun !== null) {
        const { path, token, once } = begun.subject
        await begun.rejects.close(certain?.rejectsBytes === 0)
        // A row too many does no harm.
        if (once) await connection.client.import.deleteMany({ where: { path, source, token } }).catch(() => {})
      }
      await connection.close()
    },
  })
}

/**
 * Writes the records and how far the file has been read. Rejected lines go to the disk before the commit, so that none
 * is lost; those of a transaction that failed are overwritten.
 */
async function writeBatch(
  tx: Transaction,
  target: ImportTarget,
  before: Standing,
  batch: ImportBatch,
  { subject, rejects }: Begun,
): Promise<Standing> {
  // It had committed after all, and only the answer was lost.
  if (before.batch >= batch.number) return before
  const written = await upsert(tx, target, batch.rows)
  const all = [...batch.rejects, ...written.rejects].sort((a, b) => a.line - b.line)
  const rejectsBytes = await rejects.write(all, before.rejectsBytes)
  const after = { ...advance(before, batch, { ...written, rejected: written.rejects.length }), rejectsBytes }
  await saveImport(tx, target.table.label, subject.path, after, null)
  return after
}

async function forecast({ client }: Connection, target: ImportTarget, rows: readonly ImportRow[]) {
  let inserted = 0
  let changed = 0
  // Later lines of a record depend on what the first would have made of it: they count as unchanged.
  for (const some of groups(target, waves(target, rows)[0] ?? [])) {
    const group = groupOf(target, some)
    inserted += (await queryJsonList<number>(client, absentSql(group))).length
    const differing = differingSql(group)
    if (differing !== null) changed += await queryJson<number>(client, differing)
  }
  return { inserted, changed }
}
