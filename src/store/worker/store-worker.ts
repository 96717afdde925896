import { workerData } from 'node:worker_threads'
import { systemClock } from '../../domain/clock.ts'
import { connect } from '../client.ts'
import { importStore } from '../import/import-store.ts'
import { prismaStore } from '../prisma-store.ts'
import { serve } from './thread.ts'
import type { WorkerStart } from './worker-store.ts'

// The entry of the thread that talks to the database, for a run or for an import; it works on import.
const { url, dialect, ...use } = workerData as WorkerStart
serve(
  connect(url, dialect).then((connection) =>
    'table' in use ? prismaStore(connection, use.table) : importStore(connection, use.target, systemClock),
  ),
)
