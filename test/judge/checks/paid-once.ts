import type { Check, Evidence, Violation } from '../play/evidence.ts'
import { costOf, type Receipt } from '../vendor/bill.ts'
import { Books, isLost } from './books.ts'

/** A reply that came so shortly before its process died may not have been committed yet. */
const UNCOMMITTED_MS = 2_000

/** Promise 3: a record is charged once a run, but for calls of which nobody could know. */
export const paidOnce: Check = (evidence) => {
  const books = new Books(evidence)
  return evidence.runs.flatMap(({ runId }) => {
    const charged = books.charged(runId).filter(({ served }) => costOf(served) > 0)
    return recordsOf(charged).flatMap((record) => {
      const calls = charged.filter(({ records }) => records.includes(record))
      const twice = calls.slice(1).find((call, place) => !isExcused(evidence, calls[place] as Receipt, call))
      if (twice === undefined) return []
      return violation(runId, record, calls)
    })
  })
}

function recordsOf(calls: readonly Receipt[]): string[] {
  return [...new Set(calls.flatMap(({ records }) => records))]
}

function violation(runId: string, record: string, calls: readonly Receipt[]): Violation[] {
  const told = calls.map(({ serial, process, fault, key }) => `${serial} (${process}, ${fault ?? 'well'}, key ${key})`)
  return [
    {
      promise: 3,
      check: 'paid once',
      expected: `record ${record} charged once in run ${runId}, or again only after a call that was lost`,
      found: `charged by calls ${told.join(', ')}`,
    },
  ]
}

/** Whether a record could be charged again: what the first call brought can have been unknown, or forgotten. */
function isExcused(evidence: Evidence, first: Receipt, second: Receipt): boolean {
  const { vendor } = evidence.world
  if (evidence.setBacks.some(({ from, to }) => to < first.at && from < second.at)) return true
  // With keys and with jobs, what was lost is asked for again under the same key, or by its job.
  const protectedByKey = vendor.repeatCost !== null
  if (protectedByKey) return false
  return isLost(first, vendor.timeoutMs) || wasUncommitted(evidence, first, second)
}

function wasUncommitted({ children, incidents }: Evidence, first: Receipt, second: Receipt): boolean {
  if (first.process === second.process) return false
  const child = children.find(({ name }) => name === first.process)
  if (child === undefined || first.answeredAt === null) return true
  const endedAt = child.endedAt ?? Number.POSITIVE_INFINITY
  // A process that was frozen and overtaken, or that had lost its database, committed nothing more.
  if (child.frozen.length > 0) return true
  const trouble = incidents.some(({ act, process }) => process === child.name && /database/.test(act))
  return child.killedAt !== null && (trouble || first.answeredAt > endedAt - UNCOMMITTED_MS)
}

/** Promise 3: a key stands for one request; under another record's key the vendor gives another record's data. */
export const keysNotReused: Check = ({ bill }) => {
  const first = new Map<string, Receipt>()
  for (const receipt of bill.receipts) {
    if (receipt.key === null || receipt.kind !== 'call') continue
    const before = first.get(receipt.key)
    if (before === undefined) first.set(receipt.key, receipt)
    else if (before.records.join() !== receipt.records.join()) {
      return [reuse('key not used for other records', receipt.key, before, before.records, receipt, receipt.records)]
    } else if (before.emails.join() !== receipt.emails.join()) {
      return [reuse('key not used for another request', receipt.key, before, before.emails, receipt, receipt.emails)]
    }
  }
  return []
}

function reuse(
  check: string,
  key: string,
  first: Receipt,
  asked: readonly string[],
  second: Receipt,
  askedNow: readonly string[],
): Violation {
  return {
    promise: 3,
    check,
    expected: `key ${key} to stand for ${asked.join(', ')} (call ${first.serial})`,
    found: `it was sent for ${askedNow.join(', ')} (call ${second.serial})`,
  }
}
