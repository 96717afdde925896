import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { RunStore } from '../refresh/ports/store.ts'
import { type Answer, type Request, receiveError, type WorkerStart } from './worker-protocol.ts'

const METHODS = [
  'readLease',
  'takeLease',
  'renewLease',
  'releaseLease',
  'account',
  'setExpected',
  'spentSince',
  'chargesSince',
  'callsSince',
  'createRun',
  'findRun',
  'runs',
  'latestInterrupted',
  'unsettledRuns',
  'expireCalls',
  'reopenRun',
  'endRun',
  'select',
  'interrupted',
  'checkpoint',
  'settleUnknown',
  'pruneReplies',
] as const satisfies readonly (keyof RunStore)[]

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * The store in a thread of its own. A statement of SQLite's blocks its thread until the disk has it, and Prisma's
 * work on a checkpoint takes a core's time; neither may slow the calls, or be taken for the vendor's slowness.
 * Null where the built worker is not there (the sources under test): the caller then works without one.
 */
export function workerStore(start: WorkerStart): RunStore | null {
  const entry = new URL('./store-worker.js', import.meta.url)
  if (!existsSync(fileURLToPath(entry))) return null
  const worker = new Worker(entry, { workerData: start })
  const pending = new Map<number, Pending>()
  let lastId = 0
  worker.on('message', (answer: Answer) => {
    const waiting = pending.get(answer.id)
    pending.delete(answer.id)
    if ('error' in answer) waiting?.reject(receiveError(answer.error))
    else waiting?.resolve(answer.value)
  })
  const broken = (error: Error) => {
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }
  worker.on('error', broken)
  worker.on('exit', () => broken(new Error('the thread that talks to the database has ended')))
  const ask = (method: Request['method'], args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      lastId += 1
      pending.set(lastId, { resolve, reject })
      worker.postMessage({ id: lastId, method, args } satisfies Request)
    })
  const methods = METHODS.map((method) => [method, (...args: unknown[]) => ask(method, args)])
  const close = async () => {
    await ask('close', [])
    await worker.terminate()
  }
  return { ...Object.fromEntries(methods), close } as RunStore
}
