import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/clock.ts'
import { forecastStore } from '../../import/forecast-store.ts'
import { runImport } from '../../import/import-run.ts'
import { lineTest } from '../../import/line-test.ts'
import { type ImportSummary, summarizeImport } from '../../import/summary.ts'
import { createLog } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { ImportControls, ImportHandle, ImportRequest } from './import-controls.ts'
import { BATCH, type OpenImport, openImport } from './import-parts.ts'

/** Starts an import of a checked config. */
export function startImport(config: Config, request: ImportRequest, controls: ImportControls = {}): ImportHandle {
  const switchOff = new AbortController()
  const stop = () => switchOff.abort()
  controls.signal?.addEventListener('abort', stop, { once: true })
  if (controls.signal?.aborted) stop()
  const summary = perform(config, request, controls, switchOff.signal)
  // A rejection that nobody awaits must not end the process.
  summary.catch(() => {})
  return { summary, stop }
}

async function perform(
  config: Config,
  request: ImportRequest,
  controls: ImportControls,
  signal: AbortSignal,
): Promise<ImportSummary> {
  const log = controls.log ?? (await createLog({ level: 'silent', pretty: false, color: false, secrets: { all: [] } }))
  const opened = await openImport(config, request)
  try {
    return await work(opened, config, request, controls, signal, log)
  } finally {
    await opened.close()
  }
}

async function work(
  opened: OpenImport,
  config: Config,
  request: ImportRequest,
  { onProgress }: ImportControls,
  signal: AbortSignal,
  log: Log,
): Promise<ImportSummary> {
  const { source, format, options, target, subject, map } = opened
  const forecast = request.dryRun === true ? forecastStore(opened.store) : null
  const outcome = await runImport({
    source,
    format,
    columns: options.columns,
    map,
    matters: lineTest(options.where),
    store: forecast?.store ?? opened.store,
    subject,
    batchSize: request.batch ?? BATCH,
    limit: request.limit ?? Number.POSITIVE_INFINITY,
    clock: systemClock,
    signal,
    unavailableForMs: config.database.unavailableForMs,
    onProgress: ({ counts, next, batch }) => {
      log.debug({ batch, line: next.line, ...counts }, 'a batch is in the table')
      onProgress?.({ counts, line: next.line, position: source.position(), size: source.size })
    },
    onUnavailable: ({ message }) => log.warn({ reason: message }, 'the database is not available; waiting for it'),
  })
  return summarizeImport(outcome, {
    file: source.identity === null ? '-' : source.path,
    table: target.table.label,
    format: format.kind,
    resumable: source.identity !== null,
    rejectsFile: subject.rejectsFile,
    forecastRejects: forecast?.rejects ?? null,
  })
}
