import { SpenddownError } from '../../domain/errors/errors.ts'
import { type ImportCounts, type ImportProgress, type ImportSubject, NOT_BEGUN } from '../../import/ports.ts'
import type { Client, Transaction } from '../client.ts'

/** How an import stands, and how much of its rejects file is committed. */
export interface Standing extends ImportProgress {
  readonly rejectsBytes: number
}

type Row = NonNullable<Awaited<ReturnType<Client['import']['findUnique']>>>
type Tables = Pick<Transaction, 'import'>

/** Takes an import for the subject's token. It resumes if the file, its options and its rejects file are the same. */
export async function takeImport(tx: Tables, source: string, subject: ImportSubject, now: number): Promise<Standing> {
  const { path, identity, rejectsFile, token } = subject
  const key = { path, source }
  const at = BigInt(now)
  const nothing = dataOf({ ...NOT_BEGUN, rejectsBytes: 0 })
  const fresh = { ...nothing, identity, rejectsFile, token, startedAt: at, updatedAt: at, endedAt: null }
  // A write first: on SQLite a transaction has no lock before.
  const { count } = await tx.import.updateMany({
    where: { ...key, identity, rejectsFile, endedAt: null },
    data: { token, updatedAt: at },
  })
  if (count === 0) await tx.import.upsert({ where: { path_source: key }, create: { ...key, ...fresh }, update: fresh })
  return standing(await tx.import.findUniqueOrThrow({ where: { path_source: key } }))
}

/** The lock that a batch begins with; fails where someone else has gone on with the import. */
export async function holdImport(tx: Tables, source: string, subject: ImportSubject, now: number): Promise<Standing> {
  const { path, token } = subject
  const { count } = await tx.import.updateMany({ where: { path, source, token }, data: { updatedAt: BigInt(now) } })
  if (count === 0) {
    throw new SpenddownError(
      'IMPORT_TAKEN',
      'another process has gone on with the import of this file; this one has stopped, and nothing went in twice',
    )
  }
  return standing(await tx.import.findUniqueOrThrow({ where: { path_source: { path, source } } }))
}

/** `endedAt`: where the file has been read to its end. */
export async function saveImport(tx: Tables, source: string, path: string, to: Standing, endedAt: number | null) {
  const data = { ...dataOf(to), endedAt: endedAt === null ? null : BigInt(endedAt) }
  await tx.import.update({ where: { path_source: { path, source } }, data })
}

function dataOf({ batch, next, header, counts, activeMs, rejectsBytes }: Standing) {
  return {
    batch,
    nextByte: BigInt(next.byte),
    nextLine: BigInt(next.line),
    header: header === null ? null : JSON.stringify(header),
    ...mapCounts((name) => BigInt(counts[name])),
    rejectsBytes: BigInt(rejectsBytes),
    activeMs: BigInt(activeMs),
  }
}

function standing(row: Row): Standing {
  return {
    batch: row.batch,
    next: { byte: Number(row.nextByte), line: Number(row.nextLine) },
    header: row.header === null ? null : (JSON.parse(row.header) as string[]),
    counts: mapCounts((name) => Number(row[name])),
    activeMs: Number(row.activeMs),
    rejectsBytes: Number(row.rejectsBytes),
  }
}

function mapCounts<T>(count: (name: keyof ImportCounts) => T): Record<keyof ImportCounts, T> {
  const names = Object.keys(NOT_BEGUN.counts) as (keyof ImportCounts)[]
  return Object.fromEntries(names.map((name) => [name, count(name)])) as Record<keyof ImportCounts, T>
}
