import type PgBoss from 'pg-boss'
import { SpenddownError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import { retryWhileUnavailable } from '../../domain/time/retry-while-unavailable.ts'
import { asDatabaseError } from '../database-error.ts'
import type { AccountQueue, Errand, Waiting } from './account-queue.ts'

// pg-boss on the database of the accounts (decision 25): rows are taken with SKIP LOCKED, a unique index keeps an account
// from waiting twice, and another lets one machine lead in each interval.

/** Its tables have a schema of their own. */
const SCHEMA = 'spenddown_queue'
const LEAD = 'lead'
const ERRANDS: readonly Errand[] = ['look', 'work']
const CONNECTIONS = 2
const TRIES = 6

interface Parts {
  readonly url: string
  /** Of the accounts' config: several configs may have their accounts in one database. */
  readonly name: string
  readonly onError: (error: unknown) => void
}

/** Throws as the import does where pg-boss is not installed, and DatabaseUnavailableError. */
export async function openBossQueue({ url, name, onError }: Parts): Promise<AccountQueue> {
  const { default: Boss } = await import('pg-boss')
  const boss = new Boss({
    connectionString: url,
    application_name: 'spenddown',
    schema: SCHEMA,
    max: CONNECTIONS,
    schedule: false,
  })
  const queue = new BossQueue(boss, name)
  // A connection that is being closed may still break: nobody needs it.
  boss.on('error', (error) => (queue.isClosed ? undefined : onError(error)))
  try {
    await boss.start()
    // Of machines that make the queues at the same moment, one may have to try again.
    await retryWhileUnavailable(() => queue.prepare(), TRIES, systemClock)
    return queue
  } catch (error) {
    await queue.close()
    throw asQueueError(error)
  }
}

class BossQueue implements AccountQueue {
  readonly isShared = true
  isClosed = false
  readonly #boss: PgBoss
  readonly #suffix: string

  constructor(boss: PgBoss, suffix: string) {
    this.#boss = boss
    this.#suffix = suffix
  }

  async prepare(): Promise<void> {
    await this.#asked(this.#boss.createQueue(this.#name(LEAD)))
    for (const errand of ERRANDS) {
      const name = this.#name(errand)
      // An account waits once, however many machines find it due; one that was taken may wait again.
      await this.#asked(this.#boss.createQueue(name, { name, policy: 'short' }))
    }
  }

  async leads(everySeconds: number): Promise<boolean> {
    const name = this.#name(LEAD)
    // Of all machines that send in one interval, one succeeds. An entry stays until it is archived, so that it counts.
    const id = await this.#asked(this.#boss.send(name, {}, { singletonSeconds: everySeconds, singletonKey: LEAD }))
    if (id === null) return false
    await this.#asked(this.#boss.fetch(name))
    await this.#asked(this.#boss.complete(name, id))
    return true
  }

  async put(errand: Errand, waiting: readonly Waiting[]): Promise<void> {
    const name = this.#name(errand)
    const jobs = waiting.map(({ account, urgency }) => ({
      name,
      data: { account },
      priority: urgency,
      singletonKey: account,
    }))
    if (jobs.length > 0) await this.#asked(this.#boss.insert(jobs))
  }

  async take(errand: Errand, most: number): Promise<string[]> {
    if (most < 1) return []
    const name = this.#name(errand)
    const jobs = await this.#asked(this.#boss.fetch<{ account: string }>(name, { batchSize: most }))
    if (jobs.length === 0) return []
    await this.#asked(
      this.#boss.deleteJob(
        name,
        jobs.map(({ id }) => id),
      ),
    )
    return jobs.map(({ data }) => data.account)
  }

  waiting(errand: Errand): Promise<number> {
    return this.#asked(this.#boss.getQueueSize(this.#name(errand)))
  }

  close(): Promise<void> {
    this.isClosed = true
    return this.#boss.stop({ graceful: false })
  }

  #name(queue: string): string {
    return `${queue}-${this.#suffix}`
  }

  async #asked<T>(asking: Promise<T>): Promise<T> {
    return asking.catch((error: unknown) => {
      throw asQueueError(error)
    })
  }
}

const DENIED = '42501'

function asQueueError(error: unknown): unknown {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  if (code !== DENIED) return asDatabaseError(error)
  const todo = `make the schema "${SCHEMA}", owned by this user, or let it create schemas`
  return new SpenddownError('DATABASE_DENIED', `the queue of accounts is denied to this user: ${message}; ${todo}`, {
    cause: error,
  })
}
