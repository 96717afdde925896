import type { AnyConfig } from '../config/options/spenddown-config.ts'
import type { Report } from '../report/report.ts'
import { checkedConfig } from './checked-config.ts'

/**
 * The report of a run, by default the latest; `reportText` renders it. Rejects with InputError if the config is wrong or
 * there is no such run, and with DatabaseUnavailableError.
 */
export async function report(config: AnyConfig, runId: string | null = null): Promise<Report> {
  const checked = checkedConfig(config)
  const { makeReport } = await import('../app/report/report.ts')
  return makeReport(checked, runId, Date.now())
}
