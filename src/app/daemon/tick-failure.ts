import { InputError, LeaseHeldError, NotDueError, SpenddownError } from '../../domain/errors/errors.ts'
import type { Log } from '../../refresh/ports/log.ts'

/** True if another process was faster. */
export function overtaken(error: unknown): error is LeaseHeldError | NotDueError {
  return error instanceof LeaseHeldError || error instanceof NotDueError
}

/** Logs why a tick failed. No error ends the daemon, since its cause may be fixed by the next tick. */
export function logFailure(error: unknown, log: Log): void {
  if (overtaken(error)) {
    log.info({ why: error.message }, 'another process was faster')
  } else if (error instanceof InputError) {
    log.error({ code: error.code, problems: error.problems }, 'nothing can be started until this is fixed')
  } else if (error instanceof SpenddownError) {
    log.warn({ code: error.code, why: error.message }, 'this tick failed; the next one tries again')
  } else {
    log.error({ err: error }, 'unexpected error; the next tick tries again')
  }
}
