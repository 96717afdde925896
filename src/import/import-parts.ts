import type { DatabaseUnavailableError } from '../domain/errors/errors.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { InputFormat } from './input-format.ts'
import type { LineData } from './line-reader.ts'
import type { ImportProgress, ImportStore, ImportSubject } from './ports.ts'
import type { Row, Source as ValueSource } from './row-mapper.ts'
import type { Source } from './source.ts'

/** Everything that an import works with. */
export interface ImportParts {
  readonly source: Source
  readonly format: InputFormat
  /** As the config has them: a CSV file's header is checked against them. */
  readonly columns: Readonly<Record<string, ValueSource>>
  readonly map: (data: LineData) => Row
  readonly matters: (text: string) => boolean | { readonly problem: string }
  readonly store: ImportStore
  readonly subject: ImportSubject
  readonly batchSize: number
  /** So many lines that can matter, at most. */
  readonly limit: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly unavailableForMs: number
  /** Told where the import begins, and after each batch that has committed. */
  readonly onProgress: (progress: ImportProgress) => void
  readonly onUnavailable: (error: DatabaseUnavailableError) => void
}

export type ImportEnd = 'completed' | 'limit-reached' | 'interrupted'
