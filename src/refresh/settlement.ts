import { NO_CREDITS } from '../domain/credits.ts'
import type { ItemEndState } from '../domain/item.ts'
import type { Made } from './call-maker.ts'
import type { FinishedCall, OpenedCall } from './ports/store.ts'

export interface CoolDown {
  readonly notFoundMs: number
  readonly failedMs: number
}

/** What becomes of an item after a call: it ends, or is tried again at the front or, later, at the back. */
export type Fate =
  | { readonly kind: 'end'; readonly end: ItemEndState; readonly reason: string | null }
  | { readonly kind: 'front' }
  | { readonly kind: 'back'; readonly attempts: number; readonly reason: string }

export interface FateRules {
  readonly maxAttempts: number
  readonly onUnknown: 'retry' | 'skip'
  /** The vendor is unwell: its failures cost no attempt. */
  readonly unwell: boolean
}

/** Decides what becomes of the item. Pure. */
export function fateOf(call: OpenedCall, made: Made, rules: FateRules): Fate {
  const { outcome } = made.reading
  switch (outcome.kind) {
    case 'fresh':
      return made.mapped?.kind === 'values'
        ? { kind: 'end', end: 'refreshed', reason: null }
        : { kind: 'end', end: 'failed', reason: made.mapped?.reason ?? outcome.reason }
    case 'not-found':
      return { kind: 'end', end: 'notFound', reason: null }
    case 'give-up':
      return { kind: 'end', end: 'failed', reason: outcome.reason }
    case 'throttled':
    case 'credits-exhausted':
    case 'credentials-refused':
      return { kind: 'front' }
    case 'try-again':
      return again(call, rules, outcome.reason, 'failed')
    case 'unknown':
      return rules.onUnknown === 'skip'
        ? { kind: 'end', end: 'unknown', reason: outcome.reason }
        : again(call, { ...rules, unwell: false }, outcome.reason, 'unknown')
  }
}

function again(call: OpenedCall, rules: FateRules, reason: string, end: 'failed' | 'unknown'): Fate {
  const attempts = call.item.attempts + (rules.unwell ? 0 : 1)
  if (attempts >= rules.maxAttempts) return { kind: 'end', end, reason: `${reason} (attempt ${attempts})` }
  return { kind: 'back', attempts, reason }
}

/** The finished call as the next checkpoint commits it. */
export function finish(call: OpenedCall, made: Made, fate: Fate, coolDown: CoolDown): FinishedCall {
  const { reading } = made
  const values = made.mapped?.kind === 'values' ? made.mapped.values : null
  const lost = reading.outcome.kind === 'unknown'
  return {
    n: call.n,
    state: lost ? 'unknown' : 'settled',
    reservation: call.reservation,
    cost: lost ? NO_CREDITS : reading.cost,
    status: reading.status,
    openedAt: call.openedAt,
    item: {
      seq: call.item.seq,
      key: call.item.key,
      selectedAt: call.item.selectedAt,
      attempts: fate.kind === 'back' ? fate.attempts : call.item.attempts,
      end: fate.kind === 'end' ? fate.end : null,
      reason: fate.kind === 'front' ? null : fate.reason,
      values,
      coolDownUntil: coolDownUntil(fate, made, coolDown),
      tried: fate.kind === 'end' || lost,
      paid: reading.cost > 0,
    },
  }
}

function coolDownUntil(fate: Fate, made: Made, coolDown: CoolDown): number | null {
  if (fate.kind !== 'end') return null
  if (fate.end === 'notFound') return made.at + coolDown.notFoundMs
  return fate.end === 'failed' ? made.at + coolDown.failedMs : null
}

/** A call that never went out: it costs nothing, and its item lost nothing; `problem` where it never can. */
export function released(call: Omit<OpenedCall, 'row'>, problem: string | null, until: number | null): FinishedCall {
  return {
    n: call.n,
    state: 'released',
    reservation: call.reservation,
    cost: NO_CREDITS,
    status: null,
    openedAt: call.openedAt,
    item: {
      ...call.item,
      end: problem === null ? null : 'failed',
      reason: problem,
      values: null,
      coolDownUntil: problem === null ? null : until,
      tried: problem !== null,
      paid: false,
    },
  }
}

/** A call of a process that died, that may or may not have gone out. */
export function lost(call: Omit<OpenedCall, 'row'>, rules: Pick<FateRules, 'maxAttempts' | 'onUnknown'>): FinishedCall {
  const reason = 'the process ended before an answer was committed'
  const attempts = call.item.attempts + 1
  const ends = rules.onUnknown === 'skip' || attempts >= rules.maxAttempts
  return {
    ...released(call, null, null),
    state: 'unknown',
    item: {
      ...call.item,
      attempts,
      end: ends ? 'unknown' : null,
      reason,
      values: null,
      coolDownUntil: null,
      tried: true,
      paid: false,
    },
  }
}
