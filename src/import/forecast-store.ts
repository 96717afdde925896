import { type ImportCounts, type ImportProgress, type ImportStore, NO_COUNTS, type Reject } from './ports.ts'

/** So many rejected lines are shown. */
const SHOWN = 5

export interface Forecast {
  readonly store: ImportStore
  /** The first lines that would be rejected. */
  readonly rejects: readonly Reject[]
}

/** An import that writes nothing: not to the table, not to spenddown's own tables, not to the rejects file. */
export function forecastStore(real: Pick<ImportStore, 'forecast' | 'close'>): Forecast {
  const rejects: Reject[] = []
  let progress: ImportProgress = { batch: 0, next: { byte: 0, line: 1 }, header: null, counts: NO_COUNTS, activeMs: 0 }
  const store: ImportStore = {
    begin: async () => progress,
    header: async () => {},
    write: async (batch) => {
      if (batch.number <= progress.batch) return progress
      const found = await real.forecast(batch.rows)
      rejects.push(...batch.rejects.slice(0, SHOWN - rejects.length))
      const read = batch.rows.length + batch.rejects.length + batch.skipped
      const counts = plus(progress.counts, { ...found, read, rejected: batch.rejects.length, skipped: batch.skipped })
      progress = {
        ...progress,
        batch: batch.number,
        next: batch.until,
        counts,
        activeMs: progress.activeMs + batch.activeMs,
      }
      return progress
    },
    end: async (activeMs) => ({ ...progress, activeMs: progress.activeMs + activeMs }),
    forecast: real.forecast,
    close: real.close,
  }
  return { store, rejects }
}

function plus(a: ImportCounts, b: ImportCounts): ImportCounts {
  return {
    read: a.read + b.read,
    inserted: a.inserted + b.inserted,
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    rejected: a.rejected + b.rejected,
    skipped: a.skipped + b.skipped,
  }
}
