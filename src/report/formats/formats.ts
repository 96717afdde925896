import { Temporal } from 'temporal-polyfill'
import { escapedJson } from '../../domain/words/escaped-text.ts'
import { htmlPage } from '../page/page.ts'
import type { Report } from '../report.ts'
import { markdownPage } from './markdown.ts'

/** csv has a row for each item, and is not made of the report. */
export const REPORT_FORMATS = ['html', 'md', 'json', 'csv'] as const

export type ReportFormat = (typeof REPORT_FORMATS)[number]

export function reportText(report: Report, format: Exclude<ReportFormat, 'csv'>): string {
  if (format === 'html') return htmlPage(report)
  return format === 'md' ? markdownPage(report) : `${escapedJson(JSON.stringify(report, null, 2))}\n`
}

const LONGEST_JOB = 60

/** A file name that sorts by the day on which the run began: "2026-11-30-month-end-20261130-9f3c1a2b7d.html". */
export function reportName({ run, cycle }: Pick<Report, 'run' | 'cycle'>): string {
  const day = Temporal.Instant.from(run.startedAt).toZonedDateTimeISO(cycle.timeZone).toPlainDate()
  const job = run.job.replace(/[^\w.]+/g, '-').slice(0, LONGEST_JOB)
  return `${day}-${job}-${run.runId}.html`
}

/** True for the names that `reportName` makes. */
export function isReportName(name: string): boolean {
  return /^\d{4}-\d\d-\d\d-[\w.-]*-\d{8}-[0-9a-f]{10}\.html$/.test(name)
}
