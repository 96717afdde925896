import Bottleneck from 'bottleneck'
import type { Redis } from 'ioredis'
import { spacingMs } from '../spacing.ts'
import type { SharedLimits, Turnstile } from './shared-ceiling.ts'

/** Called when Redis is lost (with the reason), and when it is back (null). */
type OnRedis = (lost: string | null) => void

/** The longest wait between two attempts to reach Redis again, ms. */
const LONGEST_WAIT_MS = 2_000

/** Redis, by which machines keep limits together. While it is away, each machine keeps them for itself. */
export class SharedRedis {
  readonly #client: Redis
  readonly #connection: Bottleneck.IORedisConnection
  readonly #turnstiles: RedisTurnstile[] = []
  #isLost = false

  private constructor(client: Redis, onRedis: OnRedis) {
    this.#client = client
    this.#connection = new Bottleneck.IORedisConnection({ client })
    let reason = 'the connection was closed'
    client.on('error', (error) => {
      reason = error.message
    })
    client.on('close', () => {
      for (const turnstile of this.#turnstiles) turnstile.redisIsLost()
      if (!this.#isLost) onRedis(reason)
      this.#isLost = true
    })
    client.on('ready', () => {
      if (this.#isLost) onRedis(null)
      this.#isLost = false
    })
  }

  /** Throws as the import does where ioredis is not installed. */
  static async open(url: string, onRedis: OnRedis): Promise<SharedRedis> {
    const { Redis } = await import('ioredis')
    const retryStrategy = (tries: number) => Math.min(100 * tries, LONGEST_WAIT_MS)
    return new SharedRedis(new Redis(url, { maxRetriesPerRequest: null, retryStrategy }), onRedis)
  }

  get isReady(): boolean {
    return this.#client.status === 'ready'
  }

  /** `id`: of what is kept together; `local`: what one machine keeps while Redis is away. */
  turnstile(id: string, limits: SharedLimits, local: Turnstile): Turnstile {
    const turnstile = new RedisTurnstile({
      id,
      limits,
      local,
      connection: this.#connection,
      isReady: () => this.isReady,
    })
    this.#turnstiles.push(turnstile)
    return turnstile
  }

  close(): void {
    this.#client.removeAllListeners('close')
    void this.#connection.disconnect(false)
  }
}

interface Parts {
  readonly id: string
  readonly limits: SharedLimits
  readonly local: Turnstile
  readonly connection: Bottleneck.IORedisConnection
  readonly isReady: () => boolean
}

class RedisTurnstile implements Turnstile {
  readonly #parts: Parts
  /** What waits at Redis: each goes through the local turnstile when it is called. */
  readonly #waiting = new Set<() => void>()
  /** Made when Redis is there for the first time. */
  #cluster: Bottleneck | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  run(turn: () => Promise<void>): Promise<void> {
    const { local, isReady } = this.#parts
    if (!isReady()) return local.run(turn)
    return new Promise((resolve) => {
      let hasBegun = false
      // Whoever is first, Redis or this machine: the other one's turn ends at once.
      const once = async () => {
        if (hasBegun) return
        hasBegun = true
        this.#waiting.delete(goLocal)
        await turn().finally(resolve)
      }
      const goLocal = () => {
        this.#waiting.delete(goLocal)
        void local.run(once)
      }
      this.#waiting.add(goLocal)
      this.#cluster ??= this.#made()
      this.#cluster.schedule(once).catch(() => {
        if (hasBegun) return
        // Redis has forgotten the limits: they are told anew.
        this.#cluster = null
        goLocal()
      })
    })
  }

  redisIsLost(): void {
    for (const goLocal of [...this.#waiting]) goLocal()
  }

  #made(): Bottleneck {
    const { id, limits, connection } = this.#parts
    const cluster = new Bottleneck({
      id,
      connection,
      datastore: 'ioredis',
      clearDatastore: false,
      maxConcurrent: limits.maxConcurrent ?? null,
      minTime: spacingMs(limits),
    })
    // What fails is told by the job that it fails.
    cluster.on('error', () => {})
    return cluster
  }
}
