/** What a line of a file became. `read` is the sum of the others. Blank lines count as none. */
export interface ImportCounts {
  readonly read: number
  /** New records. */
  readonly inserted: number
  /** Records in which at least one value changed. */
  readonly changed: number
  /** The record said so already. Nothing was written. */
  readonly unchanged: number
  /** In the rejects file, with the reason. */
  readonly rejected: number
  /** Could not matter: `records.import.where` says so. */
  readonly skipped: number
}

/** A place between two lines. */
export interface Place {
  /** Bytes of the file's text before it (of what its gzip holds). */
  readonly byte: number
  /** The number of the line that begins there, from 1. */
  readonly line: number
}

/** One line that may become a record: values in the order of the import's columns, encoded for the database. */
export interface ImportRow {
  readonly line: number
  /** As it stands in the file: what a rejects file shows. */
  readonly text: string
  /** undefined: the line does not say, the column keeps what it has. null: NULL. */
  readonly values: readonly (string | null | undefined)[]
}

export interface Reject {
  readonly line: number
  /** Why; never a value. */
  readonly reason: string
  readonly text: string
}

/** Some lines of the file, those up to `until`, and what became of them so far. */
export interface ImportBatch {
  /** Its place among the import's batches, from 1. */
  readonly number: number
  /** A CSV file's column names. */
  readonly header: readonly string[] | null
  readonly until: Place
  readonly rows: readonly ImportRow[]
  readonly rejects: readonly Reject[]
  readonly skipped: number
  /** Working time that is not yet in the database, ms. */
  readonly activeMs: number
}

/** What the database remembers of a file: where the next line begins, and what became of those before. */
export interface ImportProgress {
  readonly batch: number
  readonly next: Place
  /** A CSV file's column names. */
  readonly header: readonly string[] | null
  readonly counts: ImportCounts
  readonly activeMs: number
}

export const NOT_BEGUN: ImportProgress = {
  batch: 0,
  next: { byte: 0, line: 1 },
  header: null,
  counts: { read: 0, inserted: 0, changed: 0, unchanged: 0, rejected: 0, skipped: 0 },
  activeMs: 0,
}

/** How far the file is after a batch, of whose rows the database has inserted, changed and rejected so many. */
export function advance(
  before: ImportProgress,
  { number, until, header, rows, rejects, skipped, activeMs }: ImportBatch,
  written: Pick<ImportCounts, 'inserted' | 'changed' | 'rejected'>,
): ImportProgress {
  const { counts } = before
  const unchanged = rows.length - written.inserted - written.changed - written.rejected
  return {
    batch: number,
    next: until,
    header,
    counts: {
      read: counts.read + rows.length + rejects.length + skipped,
      inserted: counts.inserted + written.inserted,
      changed: counts.changed + written.changed,
      unchanged: counts.unchanged + unchanged,
      rejected: counts.rejected + rejects.length + written.rejected,
      skipped: counts.skipped + skipped,
    },
    activeMs: before.activeMs + activeMs,
  }
}

/** How far an import is; reported after each committed batch. */
export interface ImportState {
  readonly counts: ImportCounts
  /** The next line's number. */
  readonly line: number
  /** Bytes read of the file as it lies on disk, and how many it has; null: not known. */
  readonly position: number
  readonly size: number | null
}

/** A file, as the database remembers it. */
export interface ImportSubject {
  /** Absolute; a name of its own for what is no file. */
  readonly path: string
  /** Changes when the file does, or how it is read. */
  readonly identity: string
  /** Absolute. */
  readonly rejectsFile: string
  /** It can be read only once: nothing is remembered of it when it is done. */
  readonly once: boolean
  /** This process's own, so that two never go on with one import. */
  readonly token: string
}

/** The user's table, as an import writes it. */
export interface ImportStore {
  /**
   * Takes the import over, and answers where it stands: where it was interrupted, or at the beginning of a file that is
   * new, has changed, or was read to its end. The rejects file is cut to what is committed.
   */
  begin(subject: ImportSubject): Promise<ImportProgress>
  /** Writes a batch and how far the file has been read, in one transaction. Given twice, it is written once. */
  write(batch: ImportBatch): Promise<ImportProgress>
  /** The file was read to its end: the next import of it begins at its beginning. */
  end(activeMs: number): Promise<ImportProgress>
  /** What `write` would do, as far as it can be known without writing; writes nothing. */
  forecast(rows: readonly ImportRow[]): Promise<Pick<ImportCounts, 'inserted' | 'changed'>>
  close(): Promise<void>
}
