import type { ItemEndState, OpenItem } from '../../domain/call/item.ts'
import { type Credits, NO_CREDITS, plus, times } from '../../domain/credits/credits.ts'
import type { CallResult, ItemReading } from '../classify/reply-reader.ts'
import type {
  CallDuplicate,
  FinishedCall,
  FinishedDuplicate,
  FinishedItem,
  Interrupted,
  OpenedCall,
  OrphanedCall,
} from '../ports/calls.ts'
import type { CoolDown } from '../ports/run-parts.ts'
import type { Mapped, VendorRules } from '../ports/vendor.ts'

/** An item's state after a call: it ends, or is retried: next, in a smaller call, or after a delay. */
export type Disposition =
  | { readonly kind: 'end'; readonly end: ItemEndState; readonly reason: string | null }
  | { readonly kind: 'front' }
  | { readonly kind: 'split' }
  | { readonly kind: 'back'; readonly attempts: number; readonly reason: string }

export interface DispositionRules {
  readonly maxAttempts: number
  readonly onUnknown: 'retry' | 'skip'
  /** The vendor is unhealthy: failures do not count as attempts. */
  readonly unhealthy: boolean
}

/** The time after which the vendor has certainly processed a call, ms. */
export function settlesWithinMs({ timeoutMs, async }: Pick<VendorRules, 'timeoutMs' | 'async'>): number {
  return timeoutMs + (async?.withinMs ?? 0)
}

/**
 * True if calls that a run leaves open stay open until it is resumed, which sends them again under their keys or polls
 * them. Otherwise a balance decides what they cost.
 */
export function keepsOpenCalls({ idempotent, async }: Pick<VendorRules, 'idempotent' | 'async'>): boolean {
  return idempotent || async !== null
}

/** Decides an item's disposition by the result of its call. Pure. */
export function dispositionOf(item: OpenItem, { outcome, mapped }: ItemReading, rules: DispositionRules): Disposition {
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
      return retried(item, rules, outcome.reason, 'failed')
    case 'unknown':
      return rules.onUnknown === 'skip'
        ? { kind: 'end', end: 'unknown', reason: outcome.reason }
        : retried(item, { ...rules, unhealthy: false }, outcome.reason, 'unknown')
  }
}

function retried(item: OpenItem, rules: DispositionRules, reason: string, end: 'failed' | 'unknown'): Disposition {
  const attempts = item.attempts + (rules.unhealthy ? 0 : 1)
  if (attempts >= rules.maxAttempts) return { kind: 'end', end, reason: `${reason} (attempt ${attempts})` }
  return { kind: 'back', attempts, reason }
}

/** True if a bulk call was refused as a whole, free of charge: a single bad record may be the cause. */
export function refusedWhole(call: OpenedCall, { reading, cost }: CallResult): boolean {
  return call.items.length > 1 && reading.outcome.kind === 'give-up' && !reading.unreadable && cost === 0
}

/** The finished call for the next checkpoint; `dispositions` in the order of its items. */
export function finish(
  call: OpenedCall,
  result: CallResult,
  dispositions: readonly Disposition[],
  coolDown: CoolDown,
): FinishedCall {
  const lost = result.reading.outcome.kind === 'unknown'
  return {
    n: call.n,
    nonce: call.nonce,
    state: lost ? 'unknown' : 'settled',
    reservation: call.reservation,
    cost: lost ? NO_CREDITS : result.cost,
    saved: lost ? NO_CREDITS : plus(savedBy(call, result, dispositions), result.spared ?? NO_CREDITS),
    status: result.reading.status,
    openedAt: call.openedAt,
    sentAt: call.vendorJob?.since ?? result.sentAt,
    ...(lost ? { reason: result.reading.outcome.reason } : result.kept === undefined ? {} : { reply: result.kept }),
    items: call.items.map(({ item, duplicates }, at) => {
      const [disposition, reading] = [dispositions[at] as Disposition, result.items[at] as ItemReading]
      return {
        seq: item.seq,
        key: item.key,
        selectedAt: item.selectedAt,
        attempts: disposition.kind === 'back' ? disposition.attempts : item.attempts,
        end: disposition.kind === 'end' ? disposition.end : null,
        reason: disposition.kind === 'end' || disposition.kind === 'back' ? disposition.reason : null,
        ...written(reading.mapped),
        coolDownUntil: coolDownUntil(disposition, result, coolDown),
        tried: disposition.kind === 'end' || lost,
        paid: reading.paid,
        paidFor: reading.paid ? (reading.request ?? null) : null,
        duplicates:
          disposition.kind === 'end' ? finishDuplicates(duplicates, reading, disposition, result, coolDown) : [],
      }
    }),
  }
}

function written(mapped: Mapped | null): Pick<FinishedItem, 'values' | 'precondition' | 'changed' | 'kept'> {
  if (mapped?.kind !== 'values') return { values: null }
  const { kind: _, ...values } = mapped
  return values
}

/** Duplicates end as their item does, except that fresh data may be usable for one record and not for the other. */
function finishDuplicates(
  duplicates: readonly CallDuplicate[],
  { outcome, duplicates: mapped }: ItemReading,
  disposition: Disposition & { kind: 'end' },
  result: CallResult,
  coolDown: CoolDown,
): readonly FinishedDuplicate[] {
  return duplicates.map(({ duplicate }, at): FinishedDuplicate => {
    const own = mapped[at]
    const served = outcome.kind === 'fresh' && disposition.end !== 'superseded'
    const fresh = served && own?.kind === 'values'
    const end = fresh ? 'refreshed' : served ? 'failed' : disposition.end
    const reason = fresh ? null : own?.kind === 'unusable' ? own.reason : disposition.reason
    const until = coolDownUntil({ kind: 'end', end, reason }, result, coolDown)
    return { ...duplicate, end, reason, ...written(fresh ? own : null), coolDownUntil: until }
  })
}

/** What the duplicates of paid items would have cost: each as much as its item. */
function savedBy({ items }: OpenedCall, result: CallResult, dispositions: readonly Disposition[]): Credits {
  let [paid, shared] = [0, 0]
  for (const [at, { duplicates }] of items.entries()) {
    if (result.items[at]?.paid !== true) continue
    paid += 1
    if (dispositions[at]?.kind === 'end') shared += duplicates.length
  }
  return shared === 0 ? NO_CREDITS : times(Math.floor(result.cost / paid) as Credits, shared)
}

function coolDownUntil(disposition: Disposition, result: CallResult, coolDown: CoolDown): number | null {
  if (disposition.kind !== 'end') return null
  if (disposition.end === 'notFound') return result.at + coolDown.notFoundMs
  return disposition.end === 'failed' ? result.at + coolDown.failedMs : null
}

/** A call that was never sent: it costs nothing. `problem`: why it never can be; its items fail, cooling down until `until`. */
export function released(call: OrphanedCall, problem: string | null, until: number | null): FinishedCall {
  return unsent(call, 'released', (item) => ({
    ...item,
    end: problem === null ? null : 'failed',
    reason: problem,
    coolDownUntil: problem === null ? null : until,
    tried: problem !== null,
  }))
}

/** A call whose opening may have committed, and that was never sent: for the journal alone. */
export function neverSent(nonce: string): FinishedCall {
  const nothing = { cost: NO_CREDITS, saved: NO_CREDITS, status: null }
  return { n: 0, nonce, state: 'released', reservation: NO_CREDITS, openedAt: 0, ...nothing, items: [] }
}

/** The reason of a record that is not retried because it may crash processes. */
const DEADLY = 'in flight in two processes that died: one of its replies may be why'
const DEATHS_OF_A_RECORD = 2

/** True if a call with these items may have crashed earlier processes: it is not sent again. */
export function isDeadly(items: OrphanedCall['items'], crashes: Interrupted['crashes']): boolean {
  return items.some(({ item }) => (crashes.get(item.seq) ?? 0) >= DEATHS_OF_A_RECORD)
}

/** True if a process has died with one of these items in flight. */
export function isSuspect(items: OrphanedCall['items'], crashes: Interrupted['crashes']): boolean {
  return items.some(({ item }) => crashes.has(item.seq))
}

/** A call that a dead process may or may not have sent; `crashes`: how many processes died with each of its items in flight. */
export function lost(
  call: OrphanedCall,
  rules: Pick<DispositionRules, 'maxAttempts' | 'onUnknown'>,
  crashes: Interrupted['crashes'] = NO_CRASHES,
): FinishedCall {
  const ended = 'the process ended before an answer was committed'
  const finished = unsent(call, 'unknown', (item) => {
    const attempts = item.attempts + 1
    const deadly = (crashes.get(item.seq) ?? 0) >= DEATHS_OF_A_RECORD
    const ends = deadly || rules.onUnknown === 'skip' || attempts >= rules.maxAttempts
    const reason = deadly ? DEADLY : ended
    return { ...item, attempts, end: ends ? 'unknown' : null, reason, coolDownUntil: null, tried: true }
  })
  return { ...finished, reason: ended }
}

const NO_CRASHES: Interrupted['crashes'] = new Map()

function unsent(
  { n, nonce, reservation, openedAt, items }: OrphanedCall,
  state: 'released' | 'unknown',
  itemAfter: (item: OpenItem) => Omit<FinishedItem, 'values' | 'paid' | 'duplicates'>,
): FinishedCall {
  const finished = items.map(({ item, duplicates }): FinishedItem => {
    const after = itemAfter(item)
    const { end, reason, coolDownUntil } = after
    const ended =
      end === null
        ? []
        : duplicates.map(({ duplicate }) => ({ ...duplicate, end, reason, values: null, coolDownUntil }))
    return { ...after, values: null, paid: false, duplicates: ended }
  })
  return { n, nonce, state, reservation, cost: NO_CREDITS, saved: NO_CREDITS, status: null, openedAt, items: finished }
}
