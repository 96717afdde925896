import { workerData } from 'node:worker_threads'
import { type Connection, connect } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import { serve } from '../../store/worker/thread.ts'
import { reportData } from './report-data.ts'
import type { Reader, ReaderStart } from './report-thread.ts'

// The entry of the thread that reads a large run for its report; like store/store-worker.ts, it works on import.
const { url, dialect } = workerData as ReaderStart
let connection: Promise<Connection> | null = null
const reader: Reader = {
  read: async (id, now) => {
    try {
      connection ??= connect(url, dialect)
      return await reportData(await connection, id, now)
    } catch (error) {
      throw asDatabaseError(error)
    }
  },
  close: async () => (await connection)?.close(),
}
serve(() => reader)
