// The entry of the thread that talks to the database, for a run or for an import; it works on import.
import { systemClock } from '../../domain/time/clock.ts'
import { type Connection, connect, ping } from '../client.ts'
import { importStore } from '../import/import-store.ts'
import { migrate } from '../migrations/migrate.ts'
import { prismaStore } from '../prisma-store.ts'
import type { Dialect } from '../sql.ts'
import { describeTable } from '../user-table/describe/describe-table.ts'
import type { DatabaseThread } from './database-thread.ts'
import { serve } from './thread.ts'

let connection: Connection | null = null
let opening: { readonly url: string; readonly done: Promise<void> } | null = null

function opened(): Connection {
  if (connection === null) throw new Error('the database is not open yet')
  return connection
}

async function open(url: string, dialect: Dialect): Promise<void> {
  connection = await connect(url, dialect)
  await ping(connection)
}

const thread: DatabaseThread = {
  open: (url, dialect) => {
    opening ??= { url, done: open(url, dialect) }
    if (opening.url !== url) throw new Error('the thread has opened another database')
    return opening.done
  },
  describe: async (wanted) => describeTable(opened().client, opened().dialect, wanted),
  migrate: async () => migrate(opened()),
  useTable: async (table) => {
    become(prismaStore(opened(), table))
  },
  useTarget: async (target) => {
    become(importStore(opened(), target, systemClock))
  },
  close: async () => {
    const open = connection
    connection = opening = null
    await open?.close()
  },
}

/** Once it is closed, the thread can open another database. */
function become(store: { close(): Promise<void> }): void {
  const close = () => {
    connection = opening = null
    return store.close()
  }
  Object.assign(thread, store, { close })
}

serve(thread)
