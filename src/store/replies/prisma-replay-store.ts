import type { ReplayStore } from '../../refresh/ports/replay-store.ts'
import type { Connection } from '../client.ts'
import { asDatabaseError } from '../database-error.ts'
import { leaseLost } from '../ledger/leases.ts'
import { fence, latestRun } from '../runs/runs.ts'
import { readRecords } from '../user-table/read/read-records.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { compare, writePage } from './replaying.ts'
import { readPage, runsWithReplies } from './reply-pages.ts'

/** What a replay reads and writes, on either database. Errors that waiting may mend come out as DatabaseUnavailableError. */
export function prismaReplayStore(connection: Connection, table: UserTable): ReplayStore {
  const { client, dialect } = connection
  return {
    latestRun: (vendor) => mendable(latestRun(client, vendor)),
    runsWithReplies: (vendor, now) => mendable(runsWithReplies(client, dialect, vendor, now)),
    page: (runNo, after, now) => mendable(readPage(client, dialect, runNo, after, now)),
    records: async (keys) => {
      const found = await mendable(readRecords(client, table, keys))
      return new Map([...found].map(([key, { row }]) => [key, row]))
    },
    compare: (vendor, page, brought) => mendable(compare(client, table, vendor, page, brought)),
    write: (write) =>
      mendable(
        connection.transaction(async (tx) => {
          if (!(await fence(tx, write.lease))) throw leaseLost(write.lease)
          return writePage(tx, table, write)
        }),
      ),
  }
}

async function mendable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw asDatabaseError(error)
  }
}
