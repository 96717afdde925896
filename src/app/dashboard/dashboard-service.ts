import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { Config } from '../../config/config.ts'
import { TOKEN } from '../../config/schema/service-schema.ts'
import { dashboard } from '../../dashboard/dashboard.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { isLoopback } from '../../domain/values/hosts.ts'
import { redactor } from '../../observability/logger.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { healthApp } from '../../web/health.ts'
import { type Answers, type Listening, listen } from '../../web/listen.ts'
import { databaseReadiness } from '../health/readiness.ts'
import { dashboardData } from './dashboard-data.ts'

/** A dashboard, for an existing server. */
export interface ServedDashboard {
  readonly answers: Answers
  close(): Promise<void>
}

/** The dashboard of one account. Throws InputError if other machines reach it and no token is configured. */
export function serveDashboard(config: Config, host: string, log: Log, key: string | null = null): ServedDashboard {
  const parts = actingParts(config, host, log, key)
  const { now, monotonic } = systemClock
  const data = dashboardData(config, { log, now, monotonic })
  const zone = config.vendor.credits.cycle.timeZone
  const served = dashboard({ ...parts, data, vendor: config.vendor.name, zone })
  return {
    answers: served.app.fetch,
    close: async () => {
      served.close()
      await data.close()
    },
  }
}

/** What all dashboards are made of. Throws InputError if other machines reach it and no token is configured. */
export function actingParts({ service, secrets }: Served, host: string, log: Log, key: string | null) {
  const token = service?.token ?? null
  if (token === null && !isLoopback(host)) throw unprotected(host)
  return { token, key, host: hostname(), now: systemClock.now, random: randomBytes, hide: redactor(secrets), log }
}

export interface KeptDashboard extends Listening {
  readonly asksForToken: boolean
  /** Where one signs in without a token, and may then pause, stop and settle; null: a token is configured. */
  readonly signInUrl: string | null
}

type Served = Pick<Config, 'service' | 'secrets'>

/** A dashboard in a server of its own, with /healthz and /readyz. Throws InputError if it cannot listen there. */
export async function keepServed(
  config: Pick<Config, 'service' | 'database' | 'secrets'>,
  where: { readonly host: string; readonly port: number },
  serve: (key: string | null) => ServedDashboard,
): Promise<KeptDashboard> {
  const asksForToken = config.service?.token !== undefined
  const key = asksForToken ? null : randomBytes(24).toString('base64url')
  const served = serve(key)
  const unready = databaseReadiness(config, systemClock.monotonic)
  const health = { host: where.host, lost: () => null, unready, others: served.answers }
  try {
    const { url, close } = await listen(healthApp(health).fetch, where)
    return {
      url,
      asksForToken,
      signInUrl: key === null ? null : `${url}/login?key=${key}`,
      close: async () => {
        await served.close()
        await close()
      },
    }
  } catch (error) {
    await served.close()
    throw error
  }
}

/** The dashboard of one account in a server of its own. Throws as `keepServed` does. */
export function keepDashboard(
  config: Config,
  where: { readonly host: string; readonly port: number },
  log: Log,
): Promise<KeptDashboard> {
  return keepServed(config, where, (key) => serveDashboard(config, where.host, log, key))
}

/** Others than this machine reach a dashboard that asks for no token. */
function unprotected(host: string): InputError {
  const hint =
    '`openssl rand -hex 32` makes one; let the config read it: service: { token: process.env.SPENDDOWN_TOKEN }. Or stay with 127.0.0.1.'
  const found = `no token, while others than this machine reach ${host}`
  return new InputError('DASHBOARD_UNPROTECTED', [{ path: 'service.token', found, allowed: TOKEN, hint }])
}
