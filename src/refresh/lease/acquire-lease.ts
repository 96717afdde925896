import { LeaseHeldError } from '../../domain/errors/errors.ts'
import { retryWhileUnavailable } from '../../domain/time/retry-while-unavailable.ts'
import type { Lease, LeaseState, LeaseStore } from '../ports/lease.ts'
import type { RunParts } from '../ports/run-parts.ts'

export interface LeaseParts extends Pick<RunParts, 'me' | 'isAlive' | 'clock' | 'log'> {
  readonly store: Pick<LeaseStore, 'readLease' | 'takeLease'>
  readonly ttlMs: number
  readonly signal: AbortSignal
}

const POLL_MS = 500
/** Attempts on a busy database. */
const TRIES = 6

/**
 * Acquires the lease on the account. A holder on this machine keeps it while it is alive and loses it at once when it is
 * dead. For a holder on another machine it waits until the lease expires, or gives up as soon as the holder renews it.
 * Throws LeaseHeldError.
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
        'another process holds the lease: waiting for it to expire',
      )
    }
    if (signal.aborted) throw held(seen)
    await clock.sleep(POLL_MS, signal)
  }
}

/** Time until the lease is free unless it is renewed, ms. Throws LeaseHeldError if waiting is pointless. */
function freeInMs(seen: LeaseState, { me, isAlive, clock, ttlMs }: LeaseParts): number {
  const leftMs = Math.max(0, seen.expiresAt - clock.now())
  if (seen.machine !== me.machine) return leftMs
  if (!isAlive(seen)) return 0
  if (leftMs > 0) throw held(seen)
  // The holder is alive, but the wall clock was set forward past its expiry: if it is healthy, it renews within a third.
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
