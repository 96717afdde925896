import { type Credits, NO_CREDITS, plus } from '../../domain/credits/credits.ts'
import type { FinishedCall, Interrupted, OrphanedCall, VendorJob } from '../ports/calls.ts'
import type { VendorRules } from '../ports/vendor.ts'
import type { DispositionRules } from '../settle/settlement.ts'
import { isDeadly, isSuspect, lost, released } from '../settle/settlement.ts'

/** Calls that the previous process left behind, by how they are handled. */
export interface LeftBehind {
  /** To be committed first: replies from the journal, and calls whose outcome is unknown. */
  readonly finished: readonly FinishedCall[]
  /** To be sent again under their idempotency keys, or polled. */
  readonly resend: Interrupted['open']
  /** In flight when a process died: also sent again, but few at a time. */
  readonly suspects: Interrupted['open']
  /** Number of calls that may have crashed two processes. */
  readonly deadly: number
  readonly settledCost: Credits
  readonly open: Credits
  readonly unknown: Credits
}

/**
 * Sorts the open calls of an interrupted run: answered or never sent (by the journal), to be polled (the vendor works on them), to be
 * sent again (with an idempotency key), or unknown. A record that was in flight in two processes that died may have
 * crashed them: its call becomes unknown, and the record is not retried. The same applies to jobs of the vendor that the
 * config no longer says how to poll.
 */
export function sortLeftBehind(
  left: Interrupted,
  journal: readonly FinishedCall[],
  rules: Pick<DispositionRules, 'maxAttempts' | 'onUnknown'> & Pick<VendorRules, 'idempotent' | 'async'>,
): LeftBehind {
  // By nonce: a database restored from a backup may reuse the number for another call.
  const journalled = new Map(journal.map((call) => [call.nonce, call]))
  const journalledOf = (call: OrphanedCall) => {
    const known = journalled.get(call.nonce)
    if (known?.state !== 'released') return known
    // The journal may be an old one: whoever took the run over since may have sent the call.
    if (known.leaseToken !== call.leaseToken) return undefined
    return known.items.length > 0 ? known : released(call, null, null)
  }
  const isOpen = (call: OrphanedCall) => !['settled', 'released'].includes(journalledOf(call)?.state ?? 'open')
  const fromJournal = [...left.open, ...left.orphaned].flatMap((call) => journalledOf(call) ?? [])
  const settled = fromJournal.filter(({ state }) => state === 'settled')
  const [jobs, others] = split(left.open.filter(isOpen), ({ vendorJob }) => vendorJob !== undefined)
  const [polled, unpollable] = split(jobs, () => rules.async !== null)
  const [deadly, harmless] = split(others, ({ items }) => isDeadly(items, left.crashes))
  const [sendable, unrepeatable] = split(harmless, () => rules.idempotent)
  const unanswerable = [...unpollable, ...left.orphaned.filter(isOpen)]
  const unknown = [
    // With an idempotency key, the call's other records are not paid for again either.
    ...deadly.map((call) => lost(call, rules.idempotent ? { ...rules, onUnknown: 'skip' } : rules, left.crashes)),
    ...unrepeatable.map((call) => lost(call, rules, left.crashes)),
    ...unanswerable.map((call) => lost(call, { ...rules, onUnknown: 'skip' })),
  ]
  const [suspects, innocent] = split(sendable, ({ items }) => isSuspect(items, left.crashes))
  const resend = [...polled, ...innocent]
  return {
    // Each call once; "unknown" overrides an earlier journal entry.
    finished: [...new Map([...fromJournal, ...unknown].map((call) => [call.n, call])).values()],
    resend,
    suspects,
    deadly: deadly.length,
    settledCost: plus(...settled.map(({ cost }) => cost)),
    open: plus(...[...resend, ...suspects].map(({ reservation }) => reservation)),
    unknown: plus(...unknown.map(({ reservation }) => reservation)),
  }
}

export function jobsIn(journal: readonly FinishedCall[]): [n: number, job: VendorJob][] {
  return journal.flatMap(({ n, vendorJob, sentAt, openedAt }) =>
    vendorJob === undefined ? [] : [[n, { ...vendorJob, since: sentAt ?? openedAt }]],
  )
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))]
}

export const NOTHING_LEFT: LeftBehind = {
  finished: [],
  resend: [],
  suspects: [],
  deadly: 0,
  settledCost: NO_CREDITS,
  open: NO_CREDITS,
  unknown: NO_CREDITS,
}
