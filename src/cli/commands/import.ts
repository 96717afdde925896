import type { ImportRequest, ImportSummary } from '../../app/import/import-controls.ts'
import { importFile } from '../../app/import/import-records.ts'
import { ImportDisplay } from '../../observability/display/import-display.ts'
import { commandLog } from '../command-log.ts'
import { type CommonFlags, readConfig } from '../flags.ts'
import { type Host, screenOf } from '../host.ts'
import { say } from '../print.ts'

/** Without a terminal, how far it is goes to the log so often, ms. */
const LOG_EVERY_MS = 5_000

/** `spenddown import FILE|-`. 0: done, rejected lines included; 3: stopped, and the same command goes on. */
export async function importCommand(
  file: string,
  flags: CommonFlags & Omit<ImportRequest, 'file'>,
  host: Host,
): Promise<number> {
  const config = await readConfig(flags)
  const screen = flags.quiet ? null : screenOf(host)
  const display = screen === null ? null : new ImportDisplay({ ...screen, color: !host.noColor })
  const log = await commandLog(config, flags, host, { display })
  const { format, rejects, batch, limit, dryRun } = flags
  const request = { file: file === '-' ? process.stdin : file, format, rejects, batch, limit, dryRun }
  let loggedAt = performance.now()
  const stopping = new AbortController()
  const importing = importFile(config, request, {
    log,
    signal: stopping.signal,
    onProgress: (state) => {
      display?.show(state)
      if (performance.now() - loggedAt < LOG_EVERY_MS) return
      loggedAt = performance.now()
      log.info({ line: state.line, ...state.counts }, 'importing')
    },
  })
  host.onSignals(() => {
    display?.above('stopping: what was read is written; a second signal ends it at once\n')
    stopping.abort()
  })
  const summary = await importing.finally(() => display?.end())
  say(flags, summary, () => describeImport(summary))
  return summary.status === 'completed' ? 0 : 3
}

const { format: n } = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })

function describeImport(summary: ImportSummary): string[] {
  const { read, inserted, changed, unchanged, rejected, skipped, seconds, dryRun } = summary
  const rate = seconds > 0 ? ` · ${n(Math.round(read / seconds))} lines a second` : ''
  const counts = [
    `${n(inserted)} ${dryRun ? 'would be ' : ''}new`,
    `${n(changed)} ${dryRun ? 'would be ' : ''}changed`,
    `${n(unchanged)} unchanged`,
    ...(rejected > 0 ? [`${n(rejected)} REJECTED`] : []),
    ...(skipped > 0 ? [`${n(skipped)} skipped`] : []),
  ]
  return [
    `${summary.file} → ${summary.table}${dryRun ? ' · dry run: nothing was written' : ''}`,
    ...(summary.resumedAtLine === null ? [] : [`  gone on with at line ${n(summary.resumedAtLine)}`]),
    `  lines    ${n(read)} read: ${counts.join(', ')}`,
    `  time     ${n(seconds)} s${rate}`,
    ...rejects(summary),
    ...ending(summary),
  ]
}

function rejects({ rejected, rejectsFile, rejects = [] }: ImportSummary): string[] {
  if (rejectsFile !== null) return [`  rejected lines, with the reasons: ${rejectsFile}`]
  const shown = rejects.map(({ line, reason }) => `  line ${n(line)}: ${reason}`)
  return rejected > rejects.length && rejects.length > 0 ? [...shown, '  …'] : shown
}

function ending({ status, stopReason, nextLine, file }: ImportSummary): string[] {
  const where = nextLine === null ? '' : ` before line ${n(nextLine)}; the same command goes on there`
  if (stopReason === 'limit-reached') return [`  stopped at the limit${where}`]
  if (status === 'completed') return []
  return [`  interrupted${where === '' && file === '-' ? '; standard input cannot be gone on with' : where}`]
}
