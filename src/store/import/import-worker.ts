import { workerData } from 'node:worker_threads'
import { systemClock } from '../../domain/clock.ts'
import { connect } from '../client.ts'
import { serve } from '../worker/thread.ts'
import { importStore } from './import-store.ts'
import type { ImportWorkerStart } from './worker-import-store.ts'

// The entry of the thread that talks to the database for an import; it works on import, as ../store-worker.ts does.
const { url, dialect, target } = workerData as ImportWorkerStart
serve(connect(url, dialect).then((connection) => importStore(connection, target, systemClock)))
