import { parentPort, workerData } from 'node:worker_threads'
import { connect } from './client.ts'
import { prismaStore } from './prisma-store.ts'
import { type Answer, type Request, sendError, type WorkerStart } from './worker-protocol.ts'

// The entry of the thread that talks to the database; the only module here that runs on import.
const { url, dialect, table } = workerData as WorkerStart
const store = connect(url, dialect).then((connection) => prismaStore(connection, table))

parentPort?.on('message', async ({ id, method, args }: Request) => {
  const answer = (message: Answer) => parentPort?.postMessage(message)
  try {
    const call = (await store)[method] as (...args: readonly unknown[]) => Promise<unknown>
    answer({ id, value: await call(...args) })
  } catch (error) {
    answer({ id, error: sendError(error) })
  }
})
