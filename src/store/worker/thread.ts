import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import { type Answer, type Request, receiveError, sendError } from './worker-protocol.ts'

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/**
 * An object whose methods run in a thread of their own; `close` ends the thread as well. Null where the built entry is not
 * there (the sources under test): the caller then works without one.
 */
export function inThread<T>(entry: URL, start: unknown): T | null {
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
  const ask = (method: string, args: readonly unknown[]) =>
    new Promise((resolve, reject) => {
      lastId += 1
      pending.set(lastId, { resolve, reject })
      worker.postMessage({ id: lastId, method, args } satisfies Request)
    })
  const close = async () => {
    await ask('close', [])
    await worker.terminate()
  }
  const methodOf = (name: string) => (name === 'close' ? close : (...args: unknown[]) => ask(name, args))
  // Without a `then`: who awaits the object gets it, and asks the thread nothing.
  return new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : methodOf(String(name))) }) as T
}

/** In the thread: does what is asked of the object, and answers. */
export function serve(store: Promise<object>): void {
  parentPort?.on('message', async ({ id, method, args }: Request) => {
    const answer = (message: Answer) => parentPort?.postMessage(message)
    try {
      const methods = (await store) as Record<string, (...args: readonly unknown[]) => Promise<unknown>>
      answer({ id, value: await methods[method]?.(...args) })
    } catch (error) {
      answer({ id, error: sendError(error) })
    }
  })
}
