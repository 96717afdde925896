import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config/config.ts'
import type { Log } from './refresh/ports/log.ts'
import { reportText } from './report/formats.ts'
import { isReportName, reportName } from './report/report-name.ts'
import { makeReport } from './report.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Writes the report of a run that the schedule began, and removes those that are too many. Answers where people find it,
 * or null where none is wanted. It is never the reason that a run fails: a disk may be read-only, or full, and the
 * records are refreshed all the same. What cannot be written is a warning.
 */
export async function writeScheduledReport(config: Config, runId: string, log: Log): Promise<string | null> {
  const { report: terms } = config
  if (terms === null) return null
  try {
    const report = await makeReport(config, runId, Date.now())
    const name = reportName(report)
    const path = join(terms.dir, name)
    await mkdir(terms.dir, { recursive: true, mode: 0o750 })
    await writeWhole(path, [reportText(report, 'html')])
    log.info({ path }, 'the report was written')
    await removeOld(terms.dir, terms.keep)
    return terms.baseUrl === null ? path : `${terms.baseUrl}${encodeURIComponent(name)}`
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ dir: terms.dir, reason }, 'the report was not written; `spenddown report` makes it again')
    return null
  }
}

/** Names begin with the day: those that sort last are the latest. Other files are not ours to remove. */
async function removeOld(dir: string, keep: number): Promise<void> {
  const names = (await readdir(dir)).filter(isReportName).toSorted()
  for (const name of names.slice(0, Math.max(0, names.length - keep))) await rm(join(dir, name), { force: true })
}
