import { describeProblem, type Problem } from './problem.ts'

/**
 * An error that says what to do. `code` is stable: scripts may match it. Subclasses are told apart by what the caller
 * does next, which the exit code reflects (see cli/exit-code.ts).
 */
export class SpenddownError extends Error {
  override readonly name: string = 'SpenddownError'
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The input is at fault (config, flags, table): nothing was spent, and nothing will be until it is mended. */
export class InputError extends SpenddownError {
  override readonly name: string = 'InputError'
  readonly problems: readonly Problem[]

  constructor(code: string, problems: readonly Problem[]) {
    super(code, problems.map(describeProblem).join('\n'))
    this.problems = problems
  }
}

/** Another process holds the right to spend from the account. */
export class LeaseHeldError extends SpenddownError {
  override readonly name: string = 'LeaseHeldError'

  constructor(message: string) {
    super('LEASE_HELD', message)
  }
}

/** What the schedule had decided on is not to be done any more: another process has done it, or is at it. */
export class NotDueError extends SpenddownError {
  override readonly name: string = 'NotDueError'

  constructor(message: string) {
    super('NOT_DUE', message)
  }
}

/** This process has lost the right to spend: it commits nothing and sends nothing more. */
export class LeaseLostError extends SpenddownError {
  override readonly name: string = 'LeaseLostError'

  constructor(message: string) {
    super('LEASE_LOST', message)
  }
}

/** The database cannot be reached, or cannot be written just now; trying again later may work. */
export class DatabaseUnavailableError extends SpenddownError {
  override readonly name: string = 'DatabaseUnavailableError'

  constructor(message: string, options?: { cause?: unknown }) {
    super('DATABASE_UNAVAILABLE', message, options)
  }
}

/** The database holds less than this process has committed. Nothing is spent until a process begins from what it holds. */
export class DatabaseSetBackError extends SpenddownError {
  override readonly name: string = 'DatabaseSetBackError'

  constructor() {
    const why = 'a restored backup, a standby that lagged, or a server that does not wait for its disk'
    super('DATABASE_SET_BACK', `the database holds less than this run has committed (${why})`)
  }
}

/** The books do not add up. Spending stops: in doubt spenddown does not spend. */
export class LedgerError extends SpenddownError {
  override readonly name: string = 'LedgerError'

  constructor(message: string) {
    super('LEDGER_INCONSISTENT', message)
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
