import { createHash } from 'node:crypto'
import type { Config } from '../../config/config.ts'
import type { Fleet } from '../../config/fleet/fleet.ts'
import { InputError } from '../../domain/errors/errors.ts'
import { systemClock } from '../../domain/time/clock.ts'
import type { SharedRedis } from '../../pacing/shared/redis-turnstile.ts'
import { localTurnstile, SharedCeiling, type SharedLimits, type Turnstile } from '../../pacing/shared/shared-ceiling.ts'
import type { Log } from '../../refresh/ports/log.ts'

/** The limits that accounts keep together: of one vendor, as far as they are configured alike. */
export class SharedCeilings {
  readonly #redis: SharedRedis | null
  readonly #known = new Map<string, SharedCeiling>()

  /** `redis`: null, where they are kept in this process alone. */
  constructor(redis: SharedRedis | null = null) {
    this.#redis = redis
  }

  /** The account's part of them; undefined: its limits are its own. */
  of({ vendor, account = '' }: Config): SharedCeiling | undefined {
    const { shared, maxConcurrent, perSecond, perMinute } = vendor.limits
    if (shared !== true) return undefined
    const name = vendor.name.slice(0, vendor.name.length - account.length)
    const key = JSON.stringify([name, maxConcurrent, perSecond, perMinute])
    const known = this.#known.get(key) ?? new SharedCeiling(this.#turnstile(key, vendor.limits))
    this.#known.set(key, known)
    return known
  }

  close(): void {
    this.#redis?.close()
  }

  #turnstile(key: string, limits: SharedLimits): Turnstile {
    const local = localTurnstile(limits, systemClock)
    const id = `spenddown-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`
    return this.#redis?.turnstile(id, limits, local) ?? local
  }
}

/** As the config says: in Redis, or in this process. Throws InputError if Redis is wanted and ioredis is not there. */
export async function openCeilings({ redis: url }: Fleet, log: Log): Promise<SharedCeilings> {
  if (url === null) return new SharedCeilings()
  try {
    const { SharedRedis } = await import('../../pacing/shared/redis-turnstile.ts')
    const told = (lost: string | null) => {
      if (lost === null) log.info({}, 'Redis is back: machines keep shared limits together')
      else log.warn({ why: lost }, 'Redis is away: this machine keeps shared limits for itself')
    }
    return new SharedCeilings(await SharedRedis.open(url, told))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const hint = '`npm install ioredis@5` installs it.'
    const found = 'no package ioredis'
    throw new InputError('PACKAGE_MISSING', [{ path: 'fleet.redis', found, allowed: 'ioredis beside spenddown', hint }])
  }
}
