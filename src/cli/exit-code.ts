import { InputError, LeaseHeldError, LeaseLostError, SpenddownError } from '../domain/errors/errors.ts'
import type { RunSummary } from '../domain/run/run.ts'

/** 0: the run did what it could · 1: unexpected · 3: stopped early, `resume` goes on. */
export function exitCodeOfRun({ status }: RunSummary): number {
  if (status === 'completed') return 0
  return status === 'stopped' || status === 'running' ? 3 : 1
}

/** 1: unexpected · 2: usage or config · 3: could not start now · 4: another process holds the lease. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InputError) return 2
  if (error instanceof LeaseHeldError || error instanceof LeaseLostError) return 4
  if (!(error instanceof SpenddownError)) return 1
  if (['DATABASE_OLDER', 'DATABASE_NEWER', 'DATABASE_ALTERED', 'DATABASE_DENIED'].includes(error.code)) return 2
  return ['BALANCE_UNREADABLE', 'DATABASE_UNAVAILABLE', 'INTERRUPTED'].includes(error.code) ? 3 : 1
}

/** Of several accounts, what a person should hear of first: needs a person, wrong config, stopped early, held elsewhere. */
const WORST = [1, 2, 3, 4] as const

export function worstOf(codes: readonly number[]): number {
  return WORST.find((code) => codes.includes(code)) ?? 0
}
