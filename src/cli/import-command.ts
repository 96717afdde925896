import type { ImportRequest } from '../app/import/import-parts.ts'
import { startImport } from '../app/import/import-records.ts'
import type { ImportSummary } from '../import/summary.ts'
import { ImportDisplay } from '../observability/display/import-display.ts'
import { createLog } from '../observability/logger.ts'
import { describeImport } from './describe-import.ts'
import type { ImportFlags } from './flags.ts'
import type { Host } from './host.ts'
import { printJson, printLine } from './print.ts'
import { readConfig } from './read-config.ts'
import { screenOf } from './screen.ts'

/** Without a terminal, how far it is goes to the log so often, ms. */
const LOG_EVERY_MS = 5_000

/** `spenddown import FILE|-`. 0: done, rejected lines included; 3: stopped, and the same command goes on. */
export async function importCommand(file: string, flags: ImportFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  const terminal = process.stderr.isTTY === true
  const color = terminal && !host.noColor
  const screen = flags.quiet ? null : screenOf(host)
  const display = screen === null ? null : new ImportDisplay({ ...screen, color })
  const log = await createLog({
    level: flags.verbose ? 'debug' : flags.quiet || display !== null ? 'warn' : 'info',
    pretty: terminal,
    color,
    secrets: config.secrets,
    write: (text) => (display === null ? void process.stderr.write(text) : display.above(text)),
  })
  let loggedAt = performance.now()
  const handle = startImport(config, requestOf(file, flags), {
    log,
    onProgress: (state) => {
      display?.show(state)
      if (performance.now() - loggedAt < LOG_EVERY_MS) return
      loggedAt = performance.now()
      log.info({ line: state.line, ...state.counts }, 'importing')
    },
  })
  host.onSignals(() => {
    display?.above('stopping: what was read is written; a second signal ends it at once\n')
    handle.stop()
  })
  const summary = await handle.summary.finally(() => display?.end())
  if (flags.json) printJson(summary)
  else for (const text of describeImport(summary)) printLine(text)
  return exitCodeOfImport(summary)
}

function exitCodeOfImport({ status }: ImportSummary): number {
  return status === 'completed' ? 0 : 3
}

function requestOf(file: string, { format, rejects, batch, limit, dryRun }: ImportFlags): ImportRequest {
  return {
    file: file === '-' ? process.stdin : file,
    ...(format === undefined ? {} : { format: format as NonNullable<ImportRequest['format']> }),
    ...(rejects === undefined ? {} : { rejects }),
    ...(batch === undefined ? {} : { batch }),
    ...(limit === undefined ? {} : { limit }),
    ...(dryRun === undefined ? {} : { dryRun }),
  }
}
