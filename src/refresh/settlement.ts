import { NO_CREDITS } from '../domain/credits.ts'
import type { ItemEndState, OpenItem } from '../domain/item.ts'
import type { ItemReading, Made } from './call-maker.ts'
import type { FinishedCall, FinishedItem, OpenedCall, OrphanedCall } from './ports/store.ts'

export interface CoolDown {
  readonly notFoundMs: number
  readonly failedMs: number
}

/** What becomes of an item after a call: it ends, or is tried again: at the front, in a smaller call, or later. */
export type Fate =
  | { readonly kind: 'end'; readonly end: ItemEndState; readonly reason: string | null }
  | { readonly kind: 'front' }
  | { readonly kind: 'split' }
  | { readonly kind: 'back'; readonly attempts: number; readonly reason: string }

export interface FateRules {
  readonly maxAttempts: number
  readonly onUnknown: 'retry' | 'skip'
  /** The vendor is unwell: its failures cost no attempt. */
  readonly unwell: boolean
}

/** Decides what becomes of an item by what its call brought for it. Pure. */
export function fateOf(item: OpenItem, { outcome, mapped }: ItemReading, rules: FateRules): Fate {
  switch (outcome.kind) {
    case 'fresh':
      return mapped?.kind === 'values'
        ? { kind: 'end', end: 'refreshed', reason: null }
        : { kind: 'end', end: 'failed', reason: mapped?.reason ?? outcome.reason }
    case 'not-found':
      return { kind: 'end', end: 'notFound', reason: null }
    case 'give-up':
      return { kind: 'end', end: 'failed', reason: outcome.reason }
    case 'throttled':
    case 'credits-exhausted':
    case 'credentials-refused':
      return { kind: 'front' }
    case 'try-again':
      return again(item, rules, outcome.reason, 'failed')
    case 'unknown':
      return rules.onUnknown === 'skip'
        ? { kind: 'end', end: 'unknown', reason: outcome.reason }
        : again(item, { ...rules, unwell: false }, outcome.reason, 'unknown')
  }
}

function again(item: OpenItem, rules: FateRules, reason: string, end: 'failed' | 'unknown'): Fate {
  const attempts = item.attempts + (rules.unwell ? 0 : 1)
  if (attempts >= rules.maxAttempts) return { kind: 'end', end, reason: `${reason} (attempt ${attempts})` }
  return { kind: 'back', attempts, reason }
}

/** A call for many that was refused whole, and cost nothing: one bad record among them may be why. */
export function refusedWhole(call: OpenedCall, { reading, cost }: Made): boolean {
  return call.items.length > 1 && reading.outcome.kind === 'give-up' && !reading.unreadable && cost === 0
}

/** The finished call as the next checkpoint commits it; `fates` in the order of its items. */
export function finish(call: OpenedCall, made: Made, fates: readonly Fate[], coolDown: CoolDown): FinishedCall {
  const lost = made.reading.outcome.kind === 'unknown'
  return {
    n: call.n,
    state: lost ? 'unknown' : 'settled',
    reservation: call.reservation,
    cost: lost ? NO_CREDITS : made.cost,
    status: made.reading.status,
    openedAt: call.openedAt,
    sentAt: made.sentAt,
    items: call.items.map(({ item }, at) => {
      const [fate, reading] = [fates[at] as Fate, made.items[at] as ItemReading]
      return {
        seq: item.seq,
        key: item.key,
        selectedAt: item.selectedAt,
        attempts: fate.kind === 'back' ? fate.attempts : item.attempts,
        end: fate.kind === 'end' ? fate.end : null,
        reason: fate.kind === 'end' || fate.kind === 'back' ? fate.reason : null,
        values: reading.mapped?.kind === 'values' ? reading.mapped.values : null,
        coolDownUntil: coolDownUntil(fate, made, coolDown),
        tried: fate.kind === 'end' || lost,
        paid: reading.paid,
      }
    }),
  }
}

function coolDownUntil(fate: Fate, made: Made, coolDown: CoolDown): number | null {
  if (fate.kind !== 'end') return null
  if (fate.end === 'notFound') return made.at + coolDown.notFoundMs
  return fate.end === 'failed' ? made.at + coolDown.failedMs : null
}

/** A call that never went out: it costs nothing, and its items lost nothing; `problem` where it never can. */
export function released(call: OrphanedCall, problem: string | null, until: number | null): FinishedCall {
  return unsent(call, 'released', (item) => ({
    ...item,
    end: problem === null ? null : 'failed',
    reason: problem,
    coolDownUntil: problem === null ? null : until,
    tried: problem !== null,
  }))
}

/** A call of a process that died, that may or may not have gone out. */
export function lost(call: OrphanedCall, rules: Pick<FateRules, 'maxAttempts' | 'onUnknown'>): FinishedCall {
  return unsent(call, 'unknown', (item) => {
    const attempts = item.attempts + 1
    const ends = rules.onUnknown === 'skip' || attempts >= rules.maxAttempts
    const reason = 'the process ended before an answer was committed'
    return { ...item, attempts, end: ends ? 'unknown' : null, reason, coolDownUntil: null, tried: true }
  })
}

function unsent(
  { n, reservation, openedAt, items }: OrphanedCall,
  state: 'released' | 'unknown',
  stands: (item: OpenItem) => Omit<FinishedItem, 'values' | 'paid'>,
): FinishedCall {
  const finished = items.map(({ item }) => ({ ...stands(item), values: null, paid: false }))
  return { n, state, reservation, cost: NO_CREDITS, status: null, openedAt, items: finished }
}
