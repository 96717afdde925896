import type { AnyConfig } from '../../config/spenddown-config.ts'
import type { Report } from '../../report/report.ts'
import { makeReport } from '../report/report.ts'
import { checkedConfig } from './run.ts'

/**
 * The report of a run, by default the latest; `reportText` renders it. Rejects with InputError if the config is wrong or
 * there is no such run, and with DatabaseUnavailableError.
 */
export async function report(config: AnyConfig, runId: string | null = null): Promise<Report> {
  return makeReport(checkedConfig(config), runId, Date.now())
}
