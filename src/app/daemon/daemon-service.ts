import type { Config } from '../../config/config.ts'
import type { ServiceConfig } from '../../config/service-schema.ts'
import { systemClock } from '../../domain/clock.ts'
import { Heartbeat } from '../../observability/heartbeat.ts'
import type { Metrics } from '../../observability/metrics/metrics.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { type Answers, type Listening, listen } from '../../web/listen.ts'
import { rulesOf } from '../compose/vendor-rules.ts'
import type { ServedDashboard } from '../dashboard/dashboard-service.ts'
import { DatabaseReadiness } from '../health/readiness.ts'
import { scheduledJobs } from '../plan/outlook.ts'
import { Daemon } from './daemon.ts'

export interface ScheduleParts {
  readonly log: Log
  readonly everyMs: number
  /** Where to serve health, metrics and the dashboard; missing: nowhere. */
  readonly service?: ServiceConfig | undefined
}

export interface KeptSchedule {
  /** The URL of the service; null: none. */
  readonly url: string | null
  /** Stops the daemon. Resolves when a running run has finished its calls; the service answers until then. */
  stop(): Promise<void>
}

/** Starts the daemon and its service. Throws InputError, before anything else, if the service cannot listen. */
export async function keepSchedule(config: Config, parts: ScheduleParts): Promise<KeptSchedule> {
  const { log, everyMs, service: terms } = parts
  const jobs = scheduledJobs(config).map(({ name }) => name)
  const metrics = terms === undefined ? undefined : await metricsOf(rulesOf(config).name, jobs)
  const daemon = new Daemon(config, { log, everyMs, metrics, heartbeat: heartbeatOf(config, log) })
  const pages = terms?.dashboard ? await dashboardOf(config, terms, log) : undefined
  const service = terms && metrics && (await serve(config, daemon, metrics, terms, pages?.answers))
  if (service !== undefined) tellWhere(service, terms as ServiceConfig, log)
  log.info({ jobs, everySeconds: everyMs / 1_000 }, 'the schedule is kept')
  daemon.start()
  return {
    url: service?.url ?? null,
    stop: async () => {
      await daemon.stop()
      await pages?.close()
      await service?.close()
    },
  }
}

/** Undefined if none is configured. */
export function heartbeatOf({ heartbeat }: Config, log: Log): Heartbeat | undefined {
  if (heartbeat === undefined) return undefined
  const { monotonic, sleep } = systemClock
  return new Heartbeat({ ...heartbeat, log, monotonic, sleep })
}

/** Loaded only if wanted, since it measures the process from then on. */
async function metricsOf(vendor: string, jobs: readonly string[]): Promise<Metrics> {
  const { Metrics } = await import('../../observability/metrics/metrics.ts')
  return new Metrics(vendor, jobs)
}

/** Loaded only if wanted. */
async function dashboardOf(config: Config, { host }: ServiceConfig, log: Log): Promise<ServedDashboard> {
  const { serveDashboard } = await import('../dashboard/dashboard-service.ts')
  return serveDashboard(config, host, log)
}

function serve(
  config: Config,
  daemon: Daemon,
  metrics: Metrics,
  { port, host }: ServiceConfig,
  others: Answers | undefined,
): Promise<Listening> {
  const database = new DatabaseReadiness(config, () => systemClock.monotonic())
  const health = healthApp({
    host,
    lost: () => daemon.lost,
    unready: async () => daemon.unready ?? (await database.unready()),
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    others,
  })
  return listen(health.fetch, { port, host })
}

function tellWhere({ url }: Listening, { host, dashboard }: ServiceConfig, log: Log): void {
  log.info({ url, paths: ['/healthz', '/readyz', '/metrics'], dashboard }, 'serving health and metrics')
  if (/^(127\.|::1$|localhost$)/.test(host)) return
  log.warn({ host }, 'health and metrics are served without authentication to everyone who can reach this address')
}
