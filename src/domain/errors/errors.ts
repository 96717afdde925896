import { describeProblem, type Problem } from './problem.ts'

/**
 * Base of all errors of spenddown. `code` is stable: scripts may match it. Subclasses differ in what the caller does next,
 * which the exit code reflects (see cli/exit-code.ts).
 */
export class SpenddownError extends Error {
  override readonly name: string = 'SpenddownError'
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The input (config, flags, table) is wrong: nothing is spent until it is fixed. */
export class InputError extends SpenddownError {
  override readonly name: string = 'InputError'
  readonly problems: readonly Problem[]

  constructor(code: string, problems: readonly Problem[]) {
    super(code, problems.map(describeProblem).join('\n'))
    this.problems = problems
  }
}

function withCode(name: string, code: string) {
  return class extends SpenddownError {
    override readonly name: string = name

    constructor(message: string, options?: { cause?: unknown }) {
      super(code, message, options)
    }
  }
}

/** Another process holds the lease on the account. */
export class LeaseHeldError extends withCode('LeaseHeldError', 'LEASE_HELD') {}

/** A scheduled run is no longer due: another process has done it or is doing it. */
export class NotDueError extends withCode('NotDueError', 'NOT_DUE') {}

/** This process has lost the lease: it commits and sends nothing more. */
export class LeaseLostError extends withCode('LeaseLostError', 'LEASE_LOST') {}

/** The database cannot be reached or written at the moment; a retry may work. */
export class DatabaseUnavailableError extends withCode('DatabaseUnavailableError', 'DATABASE_UNAVAILABLE') {}

/** The database has lost commits of this process. Spending stops; the next process continues from what it holds. */
export class DatabaseSetBackError extends withCode('DatabaseSetBackError', 'DATABASE_SET_BACK') {
  constructor() {
    const why = 'a restored backup, a standby that lagged, or a server that does not wait for its disk'
    super(`the database holds less than this run has committed (${why})`)
  }
}

/** The books are inconsistent. Spending stops: in doubt spenddown does not spend. */
export class LedgerError extends withCode('LedgerError', 'LEDGER_INCONSISTENT') {}

/** An error's message, for anything that can be thrown, even what cannot be converted to text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something without a message was thrown'
  }
}
