import type { Config } from '../../config/config.ts'
import type { ServiceConfig } from '../../config/schema/service-schema.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { isLoopback } from '../../domain/values/hosts.ts'
import { Heartbeat } from '../../observability/heartbeat.ts'
import type { Metrics } from '../../observability/metrics/metrics.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { type Answers, type Listening, listen } from '../../web/listen.ts'
import { databaseReadiness } from '../health/readiness.ts'
import { scheduledJobs } from '../plan/outlook.ts'
import { Daemon, type DaemonParts } from './daemon.ts'

/** `service`: where to serve health, metrics and the dashboard; missing: nowhere. */
export type ScheduleParts = Pick<DaemonParts, 'log' | 'everyMs'> & { readonly service?: ServiceConfig | undefined }

export interface KeptSchedule {
  /** The URL of the service; null: none. */
  readonly url: string | null
  /** Stops the daemon. Resolves when a running run has finished its calls; the service answers until then. */
  stop(): Promise<void>
}

/** Starts the daemon and its service. Throws InputError, before anything else, if the service cannot listen. */
export async function keepSchedule(config: Config, { log, everyMs, service }: ScheduleParts): Promise<KeptSchedule> {
  const jobs = scheduledJobs(config).map(({ name }) => name)
  // Loaded only if wanted: it measures the process from then on.
  const measured = service && (await import('../../observability/metrics/metrics.ts'))
  const metrics = measured && new measured.Metrics(config.vendor.name, jobs)
  const daemon = new Daemon(config, { log, everyMs, metrics, heartbeat: heartbeatOf(config, log) })
  const loaded = service?.dashboard ? await import('../dashboard/dashboard-service.ts') : undefined
  const pages = service && loaded?.serveDashboard(config, service.host, log)
  const listening = service && metrics && (await serve(config, daemon, metrics, service, pages?.answers))
  if (service && listening) tellWhere(listening, service, log)
  log.info({ jobs, everySeconds: everyMs / 1_000 }, 'the schedule is kept')
  daemon.start()
  return {
    url: listening?.url ?? null,
    stop: async () => {
      await daemon.stop()
      await pages?.close()
      await listening?.close()
    },
  }
}

export function heartbeatOf({ heartbeat }: Pick<Config, 'heartbeat'>, log: Log): Heartbeat | undefined {
  return heartbeat === undefined ? undefined : new Heartbeat({ ...heartbeat, log, clock: systemClock })
}

function serve(
  config: Config,
  daemon: Daemon,
  metrics: Metrics,
  { port, host }: ServiceConfig,
  others: Answers | undefined,
): Promise<Listening> {
  const databaseUnready = databaseReadiness(config, systemClock.monotonic)
  const health = healthApp({
    host,
    lost: () => daemon.lost,
    unready: async () => daemon.unready ?? (await databaseUnready()),
    metrics: async () => {
      metrics.judged(await daemon.judge())
      return { contentType: metrics.contentType, text: await metrics.text() }
    },
    others,
  })
  return listen(health.fetch, { port, host })
}

function tellWhere({ url }: Listening, { host, dashboard }: ServiceConfig, log: Log): void {
  log.info({ url, paths: ['/healthz', '/readyz', '/metrics'], dashboard }, 'serving health and metrics')
  if (isLoopback(host)) return
  log.warn({ host }, 'health and metrics are served without authentication to everyone who can reach this address')
}
