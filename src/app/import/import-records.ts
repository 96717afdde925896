import { createHash, randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import type { Config, ImportConfig, RecordsConfig } from '../../config/config.ts'
import { InputError } from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { type Forecast, forecastStore } from '../../import/forecast-store.ts'
import { type ImportOutcome, runImport } from '../../import/import-run.ts'
import { FORMATS, type InputFormat, inputFormat, textOf, unreadableText } from '../../import/input-format.ts'
import { lineTest } from '../../import/line-reader.ts'
import type { ImportStore, ImportSubject } from '../../import/ports.ts'
import { type MappedColumn, rowMapper } from '../../import/row-mapper.ts'
import { openSource, type Source } from '../../import/source.ts'
import type { Connection } from '../../store/client.ts'
import type { ImportTarget } from '../../store/import/describe-target.ts'
import { describeTarget } from '../../store/import/describe-target.ts'
import { importStore } from '../../store/import/import-store.ts'
import { migrate } from '../../store/migrations/migrate.ts'
import { describeTable } from '../../store/user-table/describe/describe-table.ts'
import { encodeFor } from '../../store/user-table/values/encode-values.ts'
import { importThread } from '../../store/worker/database-thread.ts'
import { openDatabase } from '../compose/with-database.ts'
import type { ImportControls, ImportRequest, ImportSummary } from './import-controls.ts'

/** A checked import with its open file and database. */
type OpenImport = Awaited<ReturnType<typeof openImport>>

export const BATCH = 20_000
const LARGEST_BATCH = 100_000

type Controls = ImportControls & { readonly signal: AbortSignal }

/** Imports a file by a checked config. Rejects if it could not begin, or failed; a signal ends it as stopped. */
export async function importFile(config: Config, request: ImportRequest, controls: Controls): Promise<ImportSummary> {
  const opened = await openImport(config, request)
  try {
    return await work(opened, config, request, controls)
  } finally {
    await opened.close()
  }
}

async function work(
  opened: OpenImport,
  { database }: Config,
  request: ImportRequest,
  { log, onProgress, signal }: Controls,
): Promise<ImportSummary> {
  const { source, format, options, store, subject, map } = opened
  const forecast = request.dryRun === true ? forecastStore(store) : null
  const outcome = await runImport({
    source,
    format,
    columns: options.columns,
    map,
    matters: lineTest(options.where),
    store: forecast?.store ?? store,
    subject,
    batchSize: request.batch ?? BATCH,
    limit: request.limit ?? Number.POSITIVE_INFINITY,
    clock: systemClock,
    signal,
    unavailableForMs: database.unavailableForMs,
    onProgress: ({ counts, next, batch }) => {
      log?.debug({ batch, line: next.line, ...counts }, 'a batch is in the table')
      onProgress?.({ counts, line: next.line, position: source.position(), size: source.size })
    },
    onUnavailable: ({ message }) => log?.warn({ reason: message }, 'the database is not available; waiting for it'),
  })
  return summaryOf(opened, outcome, forecast)
}

function summaryOf(
  { source, target, format, subject }: OpenImport,
  { end, progress, resumedAtLine }: ImportOutcome,
  forecast: Forecast | null,
): ImportSummary {
  const { counts, next, activeMs } = progress
  const isFile = source.identity !== null
  const dryRun = forecast !== null
  return {
    file: isFile ? source.path : '-',
    table: target.table.label,
    format: format.kind,
    status: end === 'interrupted' ? 'stopped' : 'completed',
    stopReason: end === 'completed' ? null : end,
    dryRun,
    resumedAtLine,
    nextLine: end === 'completed' || !isFile || dryRun ? null : next.line,
    ...counts,
    bytes: next.byte,
    seconds: activeMs / 1000,
    rejectsFile: counts.rejected > 0 && !dryRun ? subject.rejectsFile : null,
    ...(forecast === null ? {} : { rejects: forecast.rejects }),
  }
}

/** Opens file and database and checks everything. Throws InputError with all problems, before anything is written. */
export async function openImport(config: Config, request: ImportRequest) {
  const { database, records } = config
  const problems: Problem[] = checkRequest(request, records)
  const source = await collect(problems, () => openSource(request.file))
  const format = source === null ? null : formatOf(source, request, records.import, problems)
  const connection = await collect(problems, () => openDatabase(database))
  let thread: ReturnType<typeof importThread> = null
  let store: ImportStore | null = null
  const close = async () => {
    await (store ?? thread)?.close()
    source?.close()
    // A store without a thread has closed the connection that it works with.
    if (store === null || store === thread) await connection?.close()
  }
  try {
    const target = connection === null ? null : await targetOf(connection, records, problems)
    const options = records.import
    if (problems.length > 0 || !source || !format || !connection || !target || !options)
      throw new InputError('IMPORT_INVALID', problems)
    if (request.dryRun !== true) {
      await migrate(connection)
      thread = importThread()
      await thread?.open(database.url, database.dialect)
      await thread?.useTarget(target)
    }
    store = thread ?? importStore(connection, target, systemClock)
    const subject = subjectOf(source, request, options, format)
    const map = rowMapper(mapped(target, options), { csv: format.kind === 'csv', empty: options.empty })
    return { source, format, options, target, store, subject, map, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function collect<T>(problems: Problem[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    problems.push(...error.problems)
    return null
  }
}

function checkRequest({ file, format, rejects, batch, limit }: ImportRequest, records: RecordsConfig): Problem[] {
  const problems: Problem[] = []
  const checkWhole = (path: string, value: number | undefined, most: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return
    problems.push({ path, found: String(value), allowed: `a whole number from 1 to ${most}` })
  }
  checkWhole('--batch', batch, LARGEST_BATCH)
  checkWhole('--limit', limit, Number.MAX_SAFE_INTEGER)
  if (format !== undefined && !FORMATS.includes(format))
    problems.push({ path: '--format', found: `"${format}"`, allowed: FORMATS.join(' or ') })
  if (rejects !== undefined && typeof file === 'string' && resolve(rejects) === resolve(file))
    problems.push({ path: '--rejects', found: 'the file that is imported', allowed: 'another file' })
  if (records.import === undefined) {
    const allowed = "{ key: 'email', columns: { email: 'Email', … } }"
    const hint = 'It says how records are made of lines; docs/import.md has an example.'
    problems.push({ path: 'records.import', found: 'nothing', allowed, hint })
  }
  return problems
}

function formatOf(source: Source, request: ImportRequest, options: ImportConfig | undefined, problems: Problem[]) {
  const { format } = request
  const found = inputFormat({ format, delimiter: options?.delimiter }, source.name, textOf(source.head, 64))
  const obstacle = unreadableText(source.head, found)
  if (obstacle !== null)
    problems.push({ path: source.name, found: obstacle, allowed: 'JSON lines or CSV, in UTF-8, plain or gzip' })
  return found
}

async function targetOf(connection: Connection, records: RecordsConfig, problems: Problem[]) {
  const { client, dialect } = connection
  const described = await describeTable(client, dialect, records)
  if ('problems' in described) problems.push(...described.problems)
  const table = 'table' in described ? described.table : described.provisional
  const options = records.import
  if (table === undefined || options === undefined) return null
  const found = await describeTarget(client, table, {
    key: options.key,
    columns: Object.keys(options.columns),
    nullsOverwrite: options.empty === 'write',
  })
  if ('target' in found) return found.target
  problems.push(...found.problems)
  return null
}

function mapped({ table, columns }: ImportTarget, options: ImportConfig): MappedColumn[] {
  return columns.map((column) => ({
    name: column.name,
    source: options.columns[column.name] as MappedColumn['source'],
    key: column.role === 'key',
    nullable: column.nullable,
    inexact: column.kind === 'float',
    encode: (value) => encodeFor(column, value, table.dialect),
  }))
}

/** Identifies an import: it is resumed only if the file is the same and is read with the same options. */
function subjectOf(source: Source, request: ImportRequest, options: ImportConfig, format: InputFormat): ImportSubject {
  const way = JSON.stringify([options, format], (_key, value) => (typeof value === 'function' ? String(value) : value))
  const beside = source.identity === null ? resolve('stdin') : source.path
  return {
    path: source.path,
    identity: `${source.identity ?? 'stream'} ${createHash('sha256').update(way).digest('hex')}`,
    rejectsFile: resolve(request.rejects ?? `${beside}.rejects.jsonl`),
    once: source.identity === null,
    token: randomUUID(),
  }
}
