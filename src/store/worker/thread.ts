import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parentPort, Worker } from 'node:worker_threads'
import {
  DatabaseSetBackError,
  DatabaseUnavailableError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  LedgerError,
  SpenddownError,
} from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'

interface Request {
  readonly id: number
  /** Whose object is asked. */
  readonly session: number
  readonly method: string
  readonly args: readonly unknown[]
}

type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: SentError }

/** An error between threads: a clone would lose its class. */
interface SentError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code?: string
  readonly problems?: readonly Problem[]
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** What its short-lived objects may take: without a limit they take 34 MB, and no less of the processor. */
const YOUNG_MB = 12

/** A thread that does what is asked of an object in it. */
export class Thread {
  /** Threads that were closed and wait to be started again; null: a closed thread ends. */
  static #idle: Thread[] | null = null

  readonly #entry: string
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  #lastSession = 0
  /** Why nothing more can be asked of it. */
  #ended: Error | null = null

  private constructor(entry: URL, workerData: unknown) {
    this.#entry = entry.href
    this.#worker = new Worker(entry, { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } })
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#pending.get(answer.id)
      this.#pending.delete(answer.id)
      if ('error' in answer) waiting?.reject(receiveError(answer.error))
      else waiting?.resolve(answer.value)
    })
    this.#worker.on('error', (error) => this.#break(error))
    this.#worker.on('exit', () => this.#break(new Error('the thread that talks to the database has ended')))
    // Until something is asked of it, it keeps no process up.
    this.#worker.unref()
  }

  /** Null where the built entry is not there (the sources, as benchmarks run them). */
  static start(entry: URL, workerData: unknown = null): Thread | null {
    const idle = Thread.#idle?.findIndex((thread) => thread.#entry === entry.href && thread.#ended === null) ?? -1
    if (idle >= 0) return Thread.#idle?.splice(idle, 1)[0] ?? null
    return existsSync(fileURLToPath(entry)) ? new Thread(entry, workerData) : null
  }

  /** From now on a closed thread waits for the next start: for a process that does hundreds of runs, as tests do. */
  static keepIdle(keep = true): void {
    Thread.#idle = keep ? (Thread.#idle ?? []) : null
  }

  /** The object, whose methods run in the thread; `close` ends the thread as well, unless such are kept. */
  object<T>(): T {
    return this.#proxy<T>(0, () => this.end())
  }

  /** One of several objects of the thread, each with a state of its own; `close` ends that one alone. */
  session<T>(): T {
    this.#lastSession += 1
    return this.#proxy<T>(this.#lastSession, async () => {})
  }

  #proxy<T>(session: number, closed: () => Promise<void>): T {
    const methodOf =
      (name: string) =>
      async (...args: unknown[]) => {
        // A thread that has died has nothing left to close.
        if (name === 'close' && this.#ended !== null) return undefined
        const answer = await this.#ask(session, name, args)
        if (name === 'close') await closed()
        return answer
      }
    // Without a `then`: who awaits the object gets it, and asks the thread nothing.
    return new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : methodOf(String(name))) }) as T
  }

  async end(): Promise<void> {
    if (Thread.#idle === null) await this.#worker.terminate()
    else {
      this.#worker.unref()
      Thread.#idle.push(this)
    }
  }

  /** True if it has died: nothing more can be asked of it. */
  get isDead(): boolean {
    return this.#ended !== null
  }

  #ask(session: number, method: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended)
      this.#worker.ref()
      this.#lastId += 1
      this.#pending.set(this.#lastId, { resolve, reject })
      this.#worker.postMessage({ id: this.#lastId, session, method, args } satisfies Request)
    })
  }

  /** What is asked after this would never be answered: all of it fails as what is pending does, for the first reason. */
  #break(error: Error): void {
    this.#ended ??= error
    for (const { reject } of this.#pending.values()) reject(this.#ended)
    this.#pending.clear()
  }
}

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>

/** In the thread: does what is asked of a session's object, and answers. */
export function serve(objectOf: (session: number) => object): void {
  parentPort?.on('message', async ({ id, session, method, args }: Request) => {
    const answer = (message: Answer) => parentPort?.postMessage(message)
    try {
      const work = (objectOf(session) as Methods)[method]
      if (work === undefined) throw new Error(`the thread that talks to the database cannot do "${method}"`)
      answer({ id, value: await work(...args) })
    } catch (error) {
      answer({ id, error: sendError(error) })
    }
  })
}

/** Classes that callers tell errors apart by. */
const CLASSES: Readonly<Record<string, { readonly prototype: Error }>> = {
  SpenddownError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  DatabaseUnavailableError,
  DatabaseSetBackError,
  LedgerError,
}

export function sendError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const code = error instanceof SpenddownError ? { code: error.code } : {}
  return { name, message, stack, ...code, ...(error instanceof InputError ? { problems: error.problems } : {}) }
}

export function receiveError({ message, ...sent }: SentError): Error {
  const error = Object.assign(new Error(message), sent)
  const known = CLASSES[sent.name] ?? (sent.code === undefined ? Error : SpenddownError)
  return Object.setPrototypeOf(error, known.prototype)
}
