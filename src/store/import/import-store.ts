import type { Clock } from '../../domain/clock.ts'
import type { ImportRow, ImportStore } from '../../import/ports.ts'
import type { Connection } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { ownDialect } from '../dialect/dialect-of.ts'
import { queryJson } from '../user-table/read/query-json.ts'
import { type Standing, takeImport } from './progress.ts'
import { RejectsFile } from './rejects-file.ts'
import type { ImportTarget } from './target.ts'
import { groupOf, groups } from './upsert.ts'
import { absentSql, differingSql } from './upsert-sql.ts'
import { waves } from './waves.ts'
import { endImport, type Writing, writeBatch } from './write-batch.ts'

/**
 * SQLite knows one writer at a time, and those who wait for it look again only now and then: after each batch the file
 * is left to others for this part of the time that the batch took.
 */
const LEFT_TO_OTHERS = 0.1

/** An import on either database. Errors that waiting may mend come out as DatabaseUnavailableError. */
export function importStore(connection: Connection, target: ImportTarget, clock: Clock): ImportStore {
  const source = target.table.label
  let writing: Writing | null = null
  /** Certainly nothing stands in the rejects file. */
  let noRejects = false
  let freeAt = 0
  const begun = () => {
    if (writing === null) throw new Error('the import has not begun')
    return writing
  }
  /** Whatever fails leaves it open what stands in the rejects file, and whether another process writes there by now. */
  const step = async (work: () => Promise<Standing>) => {
    noRejects = false
    const at = await work()
    noRejects = at.rejectsBytes === 0
    return at
  }
  return withDatabaseErrors({
    begin: (subject) =>
      step(async () => {
        const at = await connection.transaction((tx) => takeImport(tx, source, subject, clock.now()))
        const rejects = await RejectsFile.open(subject.rejectsFile, at.rejectsBytes)
        writing = { connection, target, subject, rejects }
        return at
      }),
    async header(names) {
      const { path, token } = begun().subject
      const [header, before] = [JSON.stringify(names), noRejects]
      noRejects = false
      await connection.client.import.updateMany({ where: { path, source, token }, data: { header } })
      noRejects = before
    },
    write: (batch) =>
      step(async () => {
        await clock.sleep(freeAt - clock.monotonic())
        const beganAt = clock.monotonic()
        const at = await writeBatch(begun(), batch, clock.now())
        const endedAt = clock.monotonic()
        if (ownDialect(connection.dialect).singleWriter) freeAt = endedAt + LEFT_TO_OTHERS * (endedAt - beganAt)
        return at
      }),
    end: (activeMs) => step(() => endImport(begun(), activeMs, clock.now())),
    forecast: (rows) => forecast(connection, target, rows),
    async close() {
      if (writing !== null) await letGo(writing, noRejects)
      await connection.close()
    },
  })
}

async function letGo({ connection, target, subject, rejects }: Writing, noRejects: boolean): Promise<void> {
  await rejects.close(noRejects)
  const { once, path, token } = subject
  if (!once) return
  // A row too many does no harm.
  await connection.client.import.deleteMany({ where: { path, source: target.table.label, token } }).catch(() => {})
}

async function forecast({ client }: Connection, target: ImportTarget, rows: readonly ImportRow[]) {
  let inserted = 0
  let changed = 0
  // Later lines of a record depend on what the first would have made of it: they count as unchanged.
  for (const some of groups(target, waves(target, rows)[0] ?? [])) {
    const group = groupOf(target, some)
    inserted += (await queryJson<number[]>(client, absentSql(group))).length
    const differing = differingSql(group)
    if (differing !== null) changed += await queryJson<number>(client, differing)
  }
  return { inserted, changed, unchanged: rows.length - inserted - changed }
}
