import type { ImportCounts } from './ports.ts'

/** How far an import is; told after each batch that has committed. */
export interface ImportState {
  readonly counts: ImportCounts
  /** The next line's number. */
  readonly line: number
  /** Bytes read of the file as it lies on disk, and how many it has; null where nobody knows. */
  readonly position: number
  readonly size: number | null
}
