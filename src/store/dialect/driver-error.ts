/** What a driver said, as Prisma's adapters hand it on. */
export interface DriverError {
  /** SQLSTATE, or SQLite's name such as SQLITE_BUSY; Prisma's own code where the driver gave none. */
  readonly code: string
  readonly kind: string
  readonly message: string
}

/**
 * How a database's errors are told apart by their codes. An error does not say which database it came from: each is asked,
 * and answers no for the codes of another.
 */
export interface ErrorCodes {
  /** It passes by itself: shutdown, restart, failover, full disk, lock, conflict. */
  isPassing(code: string): boolean
  /** The database lets nobody in, or is none. */
  isRefusingToOpen(code: string): boolean
  /** This user lacks a right. */
  isDenied(code: string): boolean
  /** spenddown's history of migrations is not there. */
  isHistoryMissing(code: string): boolean
  /**
   * What the database has against a record's values, in its own words and without the values; null where the error is of
   * another kind (the connection, a lock, a full disk, a missing column), which says nothing of the record.
   */
  refusalOf(error: DriverError): string | null
  /** A savepoint is gone, because the whole transaction was undone behind our back. */
  isSavepointGone(error: DriverError): boolean
}
