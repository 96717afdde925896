import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config, ReportConfig } from '../../config/config.ts'
import { messageOf } from '../../domain/errors/errors.ts'
import type { Log } from '../../refresh/ports/log.ts'
import { isReportName, reportName, reportText } from '../../report/formats/formats.ts'
import { makeReport } from './report.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Writes the report of a scheduled run and removes old ones. Resolves to the path or URL of the report; null: none is
 * wanted, or it could not be written, which is only logged.
 */
export async function writeScheduledReport(config: Config, id: string, log: Log, now: number): Promise<string | null> {
  const { report: terms } = config
  if (terms === null) return null
  try {
    const report = await makeReport(config, id, now)
    const name = reportName(report)
    const path = join(terms.dir, name)
    await mkdir(terms.dir, { recursive: true, mode: 0o750 })
    await writeWhole(path, [reportText(report, 'html')])
    log.info({ path }, 'the report was written')
    await removeOld(terms, name, log)
    return terms.baseUrl === null ? path : `${terms.baseUrl}${encodeURIComponent(name)}`
  } catch (error) {
    log.warn(
      { dir: terms.dir, reason: messageOf(error) },
      'the report was not written; `spenddown report` makes it again',
    )
    return null
  }
}

/** The oldest go first. The one just written stays, however old its run is: the message links to it. */
async function removeOld({ dir, keep }: ReportConfig, written: string, log: Log): Promise<void> {
  try {
    const others = (await readdir(dir)).filter((name) => isReportName(name) && name !== written).toSorted()
    const tooMany = others.length - (keep - 1)
    if (tooMany <= 0) return
    for (const name of (await oldestFirst(dir, others)).slice(0, tooMany)) await rm(join(dir, name), { force: true })
  } catch (error) {
    log.warn({ dir, reason: messageOf(error) }, 'old reports could not be removed')
  }
}

/** By the day with which names begin, and of one day by when they were written. */
async function oldestFirst(dir: string, names: readonly string[]): Promise<string[]> {
  const dated = await Promise.all(
    names.map(async (name) => {
      const found = await lstat(join(dir, name)).catch(() => null)
      return { name, day: name.slice(0, 10), at: found?.mtimeMs ?? 0 }
    }),
  )
  return dated.toSorted((a, b) => (a.day === b.day ? a.at - b.at : a.day < b.day ? -1 : 1)).map(({ name }) => name)
}
