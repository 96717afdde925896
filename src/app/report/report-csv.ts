import type { Config } from '../../config/config.ts'
import { csvLines } from '../../report/csv.ts'
import { firstChanges } from '../../store/checkpoint/kept-changes.ts'
import { allItems } from '../../store/runs/all-items.ts'
import { namedRun, reading } from './report.ts'

/**
 * The items of a run of the vendor's (null: of any) as CSV, handed to `take` piece by piece: as many rows as there are items. Throws InputError where
 * there is no such run, and DatabaseUnavailableError.
 */
export async function csvReport<T>(
  config: Pick<Config, 'database'>,
  vendor: string | null,
  id: string | null,
  take: (pieces: AsyncIterable<string>) => Promise<T>,
): Promise<T> {
  return reading(config, async (connection) => {
    const { client, dialect } = connection
    const run = await namedRun(connection, vendor, id)
    const kept = (await firstChanges(client, run.no, 1)).length > 0
    const columns = kept ? Object.keys(run.changes?.columns ?? {}).toSorted() : []
    return take(csvLines(allItems(client, dialect, run.no), columns))
  })
}
