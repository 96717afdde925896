import { workerData } from 'node:worker_threads'
import { connect } from '../client.ts'
import { prismaStore } from '../prisma-store.ts'
import { serve } from './thread.ts'
import type { WorkerStart } from './worker-protocol.ts'

// The entry of the thread that talks to the database for a run; like import/import-worker.ts, it works on import.
const { url, dialect, table } = workerData as WorkerStart
serve(connect(url, dialect).then((connection) => prismaStore(connection, table)))
