import {
  DatabaseSetBackError,
  DatabaseUnavailableError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  LedgerError,
  SpenddownError,
} from '../../domain/errors/errors.ts'
import type { Problem } from '../../domain/errors/problem.ts'

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
  readonly message: string
  readonly stack: string | undefined
  readonly code?: string
  readonly problems?: readonly Problem[]
}

/** Classes that callers tell errors apart by. */
const CLASSES: Readonly<Record<string, { readonly prototype: Error }>> = {
  SpenddownError,
  InputError,
  LeaseHeldError,
  LeaseLostError,
  DatabaseUnavailableError,
  DatabaseSetBackError,
  LedgerError,
}

export function sendError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const code = error instanceof SpenddownError ? { code: error.code } : {}
  return { name, message, stack, ...code, ...(error instanceof InputError ? { problems: error.problems } : {}) }
}

export function receiveError({ message, ...sent }: SentError): Error {
  const error = Object.assign(new Error(message), sent)
  const known = CLASSES[sent.name] ?? (sent.code === undefined ? Error : SpenddownError)
  return Object.setPrototypeOf(error, known.prototype)
}
