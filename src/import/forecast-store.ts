import { advance, type ImportStore, NOT_BEGUN, type Reject } from './ports.ts'

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
  let progress = NOT_BEGUN
  const store: ImportStore = {
    begin: async () => progress,
    write: async (batch) => {
      if (batch.number <= progress.batch) return progress
      const found = await real.forecast(batch.rows)
      rejects.push(...batch.rejects.slice(0, SHOWN - rejects.length))
      progress = advance(progress, batch, { ...found, rejected: 0 })
      return progress
    },
    end: async (activeMs) => ({ ...progress, activeMs: progress.activeMs + activeMs }),
    forecast: real.forecast,
    close: real.close,
  }
  return { store, rejects }
}
