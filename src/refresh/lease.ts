import type { Clock } from '../domain/clock.ts'
import { LeaseHeldError } from '../domain/errors.ts'
import { patiently } from '../domain/patience.ts'
import type { Lease, LeaseHolder, LeaseState } from './ports/lease.ts'
import type { Log } from './ports/log.ts'
import type { RunStore } from './ports/store.ts'

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
  for (;;) {
    const seen = await patiently(() => store.readLease(vendor), TRIES, clock)
    if (seen === null || !holds(seen, parts)) {
      const now = clock.now()
      const lease = await patiently(
        () => store.takeLease(vendor, me, seen, { now, expiresAt: now + ttlMs }),
        TRIES,
        clock,
      )
      if (lease !== null) return lease
      continue
    }
    if (first === null) {
      first = seen
      log.info({ holder: describe(seen), untilAt: seen.expiresAt }, 'another machine holds the account: waiting it out')
    }
    if (seen.token !== first.token || seen.expiresAt !== first.expiresAt || signal.aborted) throw held(seen)
    await clock.sleep(LOOK_EVERY_MS, signal)
  }
}

function holds(seen: LeaseState, { me, isAlive, clock }: LeaseParts): boolean {
  if (clock.now() >= seen.expiresAt) return false
  if (seen.machine !== me.machine) return true
  if (isAlive(seen)) throw held(seen)
  return false
}

function held(seen: LeaseState): LeaseHeldError {
  return new LeaseHeldError(
    `${describe(seen)} is spending from this account; wait for it, or stop it (SIGTERM), and start again`,
  )
}

function describe(holder: LeaseState): string {
  return `process ${holder.pid} on ${holder.machine.split('/')[0]}`
}
