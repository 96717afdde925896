import { randomUUID } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import { systemClock } from '../../domain/clock.ts'
import { unsealer } from '../../domain/sealed-text.ts'
import { createLog } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import type { ReplaySummary } from '../../refresh/replay/replay-report.ts'
import { type ReplayParts, replayRun } from '../../refresh/replay/replay-run.ts'
import type { connect } from '../../store/client.ts'
import { isAlive, thisProcess } from '../../store/machine.ts'
import { prismaReplayStore } from '../../store/replies/prisma-replay-store.ts'
import { type ConnectedApp, openApp } from '../compose/open-app.ts'
import { mapOf, reasonsOf } from '../compose/run-parts.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import type { ReplayControls, ReplayOptions } from './run-controls.ts'

/** Maps the paid replies of a run again, and writes what changed. */
export async function startReplay(
  config: Config,
  { run, dryRun }: ReplayOptions,
  { log: given, signal, open }: ReplayControls & { readonly open?: typeof connect } = {},
): Promise<ReplaySummary> {
  const { secrets } = config
  const log = given ?? (await createLog({ level: 'silent', pretty: false, color: false, secrets }))
  const app = await openApp(config, log, open)
  try {
    const request = { runId: run ?? null, dryRun: dryRun ?? false }
    return await replayRun(request, partsOf(app, log), signal ?? new AbortController().signal)
  } finally {
    await app.close()
  }
}

function partsOf({ config, connection, table, store }: ConnectedApp, log: Log): ReplayParts {
  return {
    store,
    replies: prismaReplayStore(connection, table),
    rules: rulesOf(config),
    map: mapOf(config, table),
    hide: reasonsOf(config),
    unseal: unsealer(config.secrets),
    clock: systemClock,
    log,
    me: thisProcess(randomUUID()),
    isAlive,
    leaseMs: config.leaseMs,
    source: table.label,
  }
}
