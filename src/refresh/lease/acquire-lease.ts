import type { Clock } from '../../domain/clock.ts'
import { LeaseHeldError } from '../../domain/errors.ts'
import { retryWhileUnavailable } from '../../domain/retry-while-unavailable.ts'
import type { Lease, LeaseHolder, LeaseState } from '../ports/lease.ts'
import type { Log } from '../ports/log.ts'
import type { RunStore } from '../ports/store.ts'

export interface LeaseParts {
  readonly store: Pick<RunStore, 'readLease' | 'takeLease'>
  readonly me: LeaseHolder
  /** True if that process of this machine is still alive. */
  readonly isAlive: (holder: LeaseHolder) => boolean
  readonly clock: Clock
  readonly ttlMs: number
  readonly log: Log
  readonly signal: AbortSignal
}

const LOOK_EVERY_MS = 500
/** How often a database that is busy is tried. */
const TRIES = 6

/**
 * Takes the right to spend from the account. A holder of this machine that is alive keeps it, one that is dead loses
 * it at once; one of another machine is waited out until it lets its lease run out, or shows that it is alive by
 * renewing it. Throws LeaseHeldError.
 */
export async function acquireLease(vendor: string, parts: LeaseParts): Promise<Lease> {
  const { store, me, clock, ttlMs, log, signal } = parts
  let first: LeaseState | null = null
  let freeAt = 0
  for (;;) {
    const seen = await retryWhileUnavailable(() => store.readLease(vendor), TRIES, clock)
    if (first === null) freeAt = clock.monotonic() + (seen === null ? 0 : freeInMs(seen, parts))
    const changed = first !== null && (seen?.token !== first.token || seen.expiresAt !== first.expiresAt)
    if (seen !== null && first !== null && (changed || signal.aborted)) throw held(seen)
    if (seen === null || clock.monotonic() >= freeAt || freeInMs(seen, parts) === 0) {
      const now = clock.now()
      const lease = await retryWhileUnavailable(
        () => store.takeLease(vendor, me, seen, { now, expiresAt: now + ttlMs }),
        TRIES,
        clock,
      )
      if (lease !== null) return lease
      first = null
      continue
    }
    if (first === null) {
      first = seen
      log.info(
        { holder: describe(seen), untilAt: seen.expiresAt },
        'someone holds the account: waiting until that ends',
      )
    }
    if (signal.aborted) throw held(seen)
    await clock.sleep(LOOK_EVERY_MS, signal)
  }
}

/** How long the lease is to be waited for, ms, if nobody renews it. Throws where that is of no use. */
function freeInMs(seen: LeaseState, { me, isAlive, clock, ttlMs }: LeaseParts): number {
  const leftMs = Math.max(0, seen.expiresAt - clock.now())
  if (seen.machine !== me.machine) return leftMs
  if (!isAlive(seen)) return 0
  if (leftMs > 0) throw held(seen)
  // It is alive, and a clock that was set forward has run its lease out: if it is well it renews it soon.
  return ttlMs / 3
}

function held(seen: LeaseState): LeaseHeldError {
  return new LeaseHeldError(
    `${describe(seen)} is spending from this account; wait for it, or stop it (SIGTERM), and start again`,
  )
}

function describe(holder: LeaseState): string {
  return `process ${holder.pid} on ${holder.machine.split('/')[0]}`
}
