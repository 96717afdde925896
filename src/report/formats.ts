import { markdownPage } from './markdown.ts'
import { htmlPage } from './page/page.ts'
import type { Report } from './report.ts'

/** How a report is written; csv is one row an item, and not made of the report. */
export const REPORT_FORMATS = ['html', 'md', 'json', 'csv'] as const

export type ReportFormat = (typeof REPORT_FORMATS)[number]

/** The report as text. */
export function reportText(report: Report, format: Exclude<ReportFormat, 'csv'>): string {
  if (format === 'html') return htmlPage(report)
  return format === 'md' ? markdownPage(report) : `${JSON.stringify(report, null, 2)}\n`
}
