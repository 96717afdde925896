import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { type Forecast, forecastStore } from '../../import/forecast-store.ts'
import { type ImportOutcome, runImport } from '../../import/import-run.ts'
import { lineTest } from '../../import/line-reader.ts'
import type { ImportControls, ImportRequest, ImportSummary } from './import-controls.ts'
import { BATCH, type OpenImport, openImport } from './import-parts.ts'

/** Imports a file by a checked config. Rejects if it could not begin, or failed; a signal ends it as stopped. */
export async function importFile(
  config: Config,
  request: ImportRequest,
  controls: ImportControls & { readonly signal: AbortSignal },
): Promise<ImportSummary> {
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
  { log, onProgress, signal }: ImportControls & { readonly signal: AbortSignal },
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
