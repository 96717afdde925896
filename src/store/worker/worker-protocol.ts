import {
  DatabaseSetBackError,
  DatabaseUnavailableError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  LedgerError,
  SpenddownError,
} from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Dialect } from '../sql.ts'
import type { UserTable } from '../user-table/user-table.ts'

/** What the worker is started with. */
export interface WorkerStart {
  readonly url: string
  readonly dialect: Dialect
  readonly table: UserTable
}

export interface Request {
  readonly id: number
  readonly method: string
  readonly args: readonly unknown[]
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: SentError }

/** An error between threads: a clone would lose its class. */
export interface SentError {
  readonly name: string
  readonly code: string | null
  readonly message: string
  readonly stack: string | null
  readonly problems: readonly Problem[] | null
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error))
    return { name: 'Error', code: null, message: String(error), stack: null, problems: null }
  return {
    name: error.name,
    code: error instanceof SpenddownError ? error.code : null,
    message: error.message,
    stack: error.stack ?? null,
    problems: error instanceof InputError ? error.problems : null,
  }
}

export function receiveError(sent: SentError): Error {
  const error = rebuild(sent)
  if (sent.stack !== null) error.stack = sent.stack
  return error
}

function rebuild({ name, code, message, problems }: SentError): Error {
  switch (name) {
    case 'LeaseLostError':
      return new LeaseLostError(message)
    case 'LeaseHeldError':
      return new LeaseHeldError(message)
    case 'DatabaseSetBackError':
      return new DatabaseSetBackError()
    case 'LedgerError':
      return new LedgerError(message)
    case 'DatabaseUnavailableError':
      return new DatabaseUnavailableError(message)
    case 'InputError':
      return new InputError(code ?? 'INPUT_INVALID', problems ?? [])
    default:
      return code === null ? Object.assign(new Error(message), { name }) : new SpenddownError(code, message)
  }
}
