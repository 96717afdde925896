import type { ImportRequest } from '../app/import/import-controls.ts'
import { importFile } from '../app/import/import-records.ts'
import { ImportDisplay } from '../observability/display/import-display.ts'
import { commandLog } from './command-log.ts'
import { describeImport } from './describe-import.ts'
import type { ImportFlags } from './flags.ts'
import type { Host } from './host.ts'
import { say } from './print.ts'
import { readConfig } from './read-config.ts'
import { screenOf } from './screen.ts'

/** Without a terminal, how far it is goes to the log so often, ms. */
const LOG_EVERY_MS = 5_000

/** `spenddown import FILE|-`. 0: done, rejected lines included; 3: stopped, and the same command goes on. */
export async function importCommand(file: string, flags: ImportFlags, host: Host): Promise<number> {
  const config = await readConfig(flags.config)
  const screen = flags.quiet ? null : screenOf(host)
  const display = screen === null ? null : new ImportDisplay({ ...screen, color: !host.noColor })
  const log = await commandLog(config, flags, host, { display })
  let loggedAt = performance.now()
  const stopping = new AbortController()
  const importing = importFile(config, requestOf(file, flags), {
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

function requestOf(file: string, { format, rejects, batch, limit, dryRun }: ImportFlags): ImportRequest {
  return { file: file === '-' ? process.stdin : file, format, rejects, batch, limit, dryRun }
}
