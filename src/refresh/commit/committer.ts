import { DatabaseUnavailableError, LeaseLostError } from '../../domain/errors/errors.ts'
import type { LeaseKeeper } from '../lease/lease-keeper.ts'
import type { FinishedCall } from '../ports/calls.ts'
import type { RunParts } from '../ports/run-parts.ts'
import type { CheckpointInput, CheckpointResult } from '../ports/store.ts'
import { neverSent } from '../settle/settlement.ts'

/** The database was unreachable for longer than a run waits; paid replies are in the journal. */
export class DatabaseGoneError extends DatabaseUnavailableError {
  override readonly name: string = 'DatabaseGoneError'
}

export interface CommitterParts
  extends Pick<RunParts, 'store' | 'clock' | 'journal' | 'log' | 'emit' | 'probe' | 'unavailableForMs'> {
  readonly lease: LeaseKeeper
  readonly runId: string
  /** True while the run is stopping: it waits at most `STOPPING_WAIT_MS`. */
  readonly stopping: () => boolean
}

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000
const STOPPING_WAIT_MS = 5_000

/**
 * Commits checkpoints, retrying each until it has committed or the database has been unreachable for too long. If the
 * answer to a commit is lost, the checkpoint's number shows whether it was applied (see RunStore).
 */
export class Committer {
  readonly #parts: CommitterParts
  #isUnreachable = false
  /** Moving average of checkpoint duration, ms. */
  #takesMs = 5

  constructor(parts: CommitterParts) {
    this.#parts = parts
  }

  /** True while checkpoints cannot be committed: no call may be sent. */
  get isUnreachable(): boolean {
    return this.#isUnreachable
  }
  get takesMs(): number {
    return this.#takesMs
  }

  async commit(input: Omit<CheckpointInput, 'lease' | 'leaseExpiresAt' | 'now'>): Promise<CheckpointResult> {
    const { clock, lease, store, probe } = this.#parts
    // Should the answer to their opening be lost for good, the journal says that none of them was sent.
    const planned = input.open.calls.map(({ nonce }) => neverSent(nonce))
    return this.persist([...input.finished, ...planned], async () => {
      const moment = lease.moment()
      const renewal = { lease: lease.lease, now: moment.now, leaseExpiresAt: moment.expiresAt }
      const result = await store.checkpoint({ ...input, ...renewal })
      lease.renewed(moment)
      const tookMs = clock.monotonic() - moment.monotonic
      this.#takesMs += (tookMs - this.#takesMs) / 8
      probe?.checkpoint(tookMs)
      return result
    })
  }

  /**
   * Retries a write until it has committed. `finished`: calls to write to the journal if it never does. Throws
   * DatabaseGoneError if the database stays unreachable, LeaseLostError if another process has taken over, and any other
   * error as it is.
   */
  async persist<T>(finished: readonly FinishedCall[], write: () => Promise<T>): Promise<T> {
    const { clock } = this.#parts
    const since = clock.monotonic()
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      try {
        const result = await write()
        if (this.#isUnreachable) this.#back(Math.round(clock.monotonic() - since))
        return result
      } catch (error) {
        await this.#failed(error, finished, clock.monotonic() - since)
      }
      await clock.sleep(waitMs)
    }
  }

  #back(unreachableMs: number): void {
    const { log, emit } = this.#parts
    this.#isUnreachable = false
    log.info({ unreachableMs }, 'the database is back')
    emit({ type: 'database-back', unreachableMs })
  }

  /** Returns if the write should be retried; throws otherwise. */
  async #failed(error: unknown, finished: readonly FinishedCall[], waitedMs: number): Promise<void> {
    const { log, emit, stopping, unavailableForMs, lease } = this.#parts
    if (error instanceof LeaseLostError) lease.lose(error)
    const passes = error instanceof DatabaseUnavailableError
    if (!this.#isUnreachable && passes) {
      log.warn(
        { reason: error.message },
        'the database is unreachable: no new calls; what was paid for is kept until it is back',
      )
      emit({ type: 'database-unreachable', reason: error.message })
    }
    this.#isUnreachable = true
    const patience = stopping() ? Math.min(unavailableForMs, STOPPING_WAIT_MS) : unavailableForMs
    if (passes && waitedMs < patience) return
    const file = await this.keep(finished)
    if (!passes) throw error
    const kept =
      file === null ? '' : `; replies that were paid for are kept in ${file}, and the next resume writes them first`
    throw new DatabaseGoneError(`the database was unreachable for ${Math.round(waitedMs / 1000)} s${kept}`, {
      cause: error,
    })
  }

  /**
   * Writes paid calls to the journal, and which others were never sent under this lease; resolves to the file, null if
   * nothing paid was kept. A failure is logged and not thrown, so that it does not hide the error that led here.
   */
  async keep(finished: readonly FinishedCall[]): Promise<string | null> {
    const { journal, runId, log, lease } = this.#parts
    const leaseToken = lease.lease.token
    const unsent = finished.filter(({ state }) => state === 'released').map((call) => ({ ...call, leaseToken }))
    const paid = finished.filter(({ state }) => state !== 'released' && state !== 'unknown')
    if (paid.length + unsent.length === 0) return null
    try {
      const file = await journal.write(runId, [...paid, ...unsent])
      return paid.length === 0 ? null : file
    } catch (error) {
      log.error({ err: error, calls: paid.length }, 'the journal cannot be written: paid calls count as unknown')
      return null
    }
  }
}
