import type { Config } from '../../config/config.ts'
import { unsealer } from '../../domain/secrets/sealed-text.ts'
import type { ReplaySummary } from '../../refresh/replay/replay-report.ts'
import { replayRun } from '../../refresh/replay/replay-run.ts'
import type { connect } from '../../store/client.ts'
import { prismaReplayStore } from '../../store/replies/prisma-replay-store.ts'
import { SILENT } from '../compose/app.ts'
import { mapOf, processParts, reasonsOf } from '../compose/run-parts.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import { withApp } from '../compose/with-app.ts'
import type { ReplayControls, ReplayOptions } from './run-controls.ts'

/** Maps the paid replies of a run again, and writes what changed. */
export function startReplay(
  config: Config,
  { run, dryRun }: ReplayOptions,
  { log = SILENT, signal, open }: ReplayControls & { readonly open?: typeof connect } = {},
): Promise<ReplaySummary> {
  const request = { runId: run ?? null, dryRun: dryRun ?? false }
  return withApp(
    config,
    log,
    ({ connection, table, store }) => {
      const parts = {
        ...processParts(config),
        store,
        replies: prismaReplayStore(connection, table),
        rules: rulesOf(config),
        map: mapOf(config, table),
        hide: reasonsOf(config),
        unseal: unsealer(config.secrets),
        log,
        source: table.label,
      }
      return replayRun(request, parts, signal ?? new AbortController().signal)
    },
    open,
  )
}
