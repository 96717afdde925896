import type { ReplayStore } from '../../refresh/ports/replay-store.ts'
import type { Connection } from '../client.ts'
import { withDatabaseErrors } from '../database-error.ts'
import { fenced } from '../ledger/leases.ts'
import { listRuns } from '../runs/runs.ts'
import { readRecords } from '../user-table/read/read-records.ts'
import type { UserTable } from '../user-table/user-table.ts'
import { compare, writePage } from './replaying.ts'
import { readPage, runsWithReplies } from './reply-pages.ts'

/** What a replay reads and writes, on either database. Errors that waiting may mend come out as DatabaseUnavailableError. */
export function prismaReplayStore(connection: Connection, table: UserTable): ReplayStore {
  const { client, dialect } = connection
  return withDatabaseErrors({
    latestRun: async (vendor) => (await listRuns(client, vendor, 1))[0] ?? null,
    runsWithReplies: (vendor, now) => runsWithReplies(client, dialect, vendor, now),
    page: (runNo, after, now) => readPage(client, runNo, after, now),
    records: async (keys) => {
      const found = await readRecords(client, table, keys)
      return new Map([...found].map(([key, { row }]) => [key, row]))
    },
    compare: (vendor, page, brought) => compare(client, table, vendor, page, brought),
    write: (write) => fenced(connection, write.lease, (tx) => writePage(tx, table, write)),
  })
}
