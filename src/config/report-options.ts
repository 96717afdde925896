/** The report that is written at the end of each run that the schedule began, and linked from the message about it. */
export interface ReportOptions {
  /** A folder, relative to the working directory; it is made. Default 'spenddown-reports' in `journalDir`. */
  readonly dir?: string
  /** So many of the latest stay there, 1 to 10,000. Default 100. */
  readonly keep?: number
  /** Where people find that folder: an absolute http(s) URL. Messages link to the report there; without it they name its path. */
  readonly baseUrl?: string
}
