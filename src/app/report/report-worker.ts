import { workerData } from 'node:worker_threads'
import { connect } from '../../store/client.ts'
import { asDatabaseError } from '../../store/database-error.ts'
import { serve } from '../../store/worker/thread.ts'
import { reportData } from './report-data.ts'
import type { Reader, ReaderStart } from './report-thread.ts'

// The entry of the thread that reads a large run for its report; like store/store-worker.ts, it works on import.
const { url, dialect } = workerData as ReaderStart
const connection = await connect(url, dialect)
const reader: Reader = {
  read: (id) => reportData(connection, id).catch((error: unknown) => Promise.reject(asDatabaseError(error))),
  close: () => connection.close(),
}
serve(reader)
