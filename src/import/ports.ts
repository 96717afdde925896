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

export const NO_COUNTS: ImportCounts = { read: 0, inserted: 0, changed: 0, unchanged: 0, rejected: 0, skipped: 0 }

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
   * Takes the import from whoever had it, and says where it stands: where it was interrupted, or at the beginning for a
   * file that is new, has changed, or was read to its end. The rejects file is cut to what is committed.
   */
  begin(subject: ImportSubject): Promise<ImportProgress>
  /** A CSV file's column names, once they are known. */
  header(names: readonly string[]): Promise<void>
  /** Writes a batch and how far the file has been read, in one transaction. Given twice, it is written once. */
  write(batch: ImportBatch): Promise<ImportProgress>
  /** The file was read to its end: the next import of it begins at its beginning. */
  end(activeMs: number): Promise<ImportProgress>
  /** What `write` would make of the rows, as far as can be told without writing; nothing is written. */
  forecast(rows: readonly ImportRow[]): Promise<Pick<ImportCounts, 'inserted' | 'changed' | 'unchanged'>>
  close(): Promise<void>
}
