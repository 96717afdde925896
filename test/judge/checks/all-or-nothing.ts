import type { Row } from '../database/judge-database.ts'
import type { Check, Evidence, Violation } from '../play/evidence.ts'
import type { Receipt } from '../vendor/bill.ts'
import { Books } from './books.ts'

/** Promise 4: rows hold what the vendor gave for them, and the items of runs say so. */
export const rowsAsItemsSay: Check = (evidence) => {
  const books = new Books(evidence)
  const before = new Map(evidence.before.map((row) => [row.key, row]))
  const served = servedIn(evidence)
  if (evidence.after.length !== evidence.before.length) {
    return [failed('rows are neither added nor lost', `${evidence.before.length} rows`, `${evidence.after.length}`)]
  }
  return evidence.after.flatMap((row) => {
    const first = before.get(row.key)
    return first === undefined ? [] : checkRow(evidence, books, served, first, row).slice(0, 1)
  })
}

/** Values of `job_title` that the vendor has given, with the call that was charged for them. */
function servedIn({ bill }: Evidence): ReadonlyMap<string, Receipt> {
  return new Map(bill.receipts.flatMap((call) => call.served.map(({ value }) => [value ?? '', call] as const)))
}

function checkRow(
  evidence: Evidence,
  books: Books,
  served: ReadonlyMap<string, Receipt>,
  first: Row,
  row: Row,
): Violation[] {
  const refreshedIn = evidence.runs.filter(({ runId }) => evidence.items.get(runId)?.get(row.key) === 'refreshed')
  const last = refreshedIn.at(-1)
  const whole = `row ${row.key}: ${JSON.stringify(row)}`
  if (first.email === null && last !== undefined) return [failed('ineligible rows are left alone', 'no item', whole)]
  if (last === undefined)
    return isUntouched(evidence, first, row)
      ? []
      : [failed('a row without a refreshed item is untouched', JSON.stringify(first), whole)]
  const call = row.jobTitle === null ? undefined : served.get(row.jobTitle)
  if (call === undefined)
    return [failed('a refreshed row holds what the vendor gave', `a value of run ${last.runId}`, whole)]
  if (!row.jobTitle?.endsWith(`:${row.key}`))
    return [failed('a row holds its own record’s data', `data of ${row.key}`, whole)]
  if (row.company !== `company of ${row.jobTitle}`)
    return [failed('the columns of a row are of one reply', row.jobTitle, whole)]
  if (row.refreshedAt === first.refreshedAt) return [failed('a refreshed row is stamped', 'a new refreshed_at', whole)]
  const run = books.runOfReceipt(call)
  if (run !== null && run !== last.runId && !refreshedIn.some(({ runId }) => runId === run)) {
    return [
      failed(
        'the run that paid says refreshed',
        `item ${row.key} of ${run} refreshed`,
        `${whole}, refreshed in ${last.runId}`,
      ),
    ]
  }
  return []
}

function isUntouched({ changes }: Evidence, first: Row, row: Row): boolean {
  const stamped = changes.some(({ key, column }) => key === row.key && column === 'refreshed_at')
  const same = first.jobTitle === row.jobTitle && first.company === row.company
  return same && (stamped || sameInstant(first.refreshedAt, row.refreshedAt))
}

function sameInstant(one: string | null, other: string | null): boolean {
  return one === other || (one !== null && other !== null && Date.parse(one) === Date.parse(other))
}

/** Promise 4: a record that someone else refreshed while its call was out keeps their data. */
export const othersDataKept: Check = (evidence) => {
  const books = new Books(evidence)
  return evidence.changes.flatMap(({ key, column, receipt }) => {
    const call = books.receipt(receipt)
    const runId = call === undefined ? null : books.runOfReceipt(call)
    if (column !== 'refreshed_at' || runId === null || call === undefined || books.isForgotten(call)) return []
    if (evidence.items.get(runId)?.get(key) !== 'refreshed') return []
    return [
      failed('a record that others refreshed is superseded', `item ${key} of ${runId} not refreshed`, 'refreshed'),
    ]
  })
}

/** Promise 4: what is written was given for the address that the row had when it was asked for. */
export const dataOfTheAddress: Check = (evidence) => {
  const served = servedIn(evidence)
  return evidence.after.flatMap((row) => {
    const change = evidence.changes.findLast(({ key, column }) => key === row.key && column === 'email')
    const paid = row.jobTitle === null ? undefined : served.get(row.jobTitle)
    if (change === undefined || paid === undefined || evidence.setBacks.length > 0) return []
    const brought = evidence.bill.receipts.findLast(
      ({ serial, resultOf }) => serial === paid.serial || resultOf === paid.serial,
    )
    const email = paid.served.find(({ record }) => record === row.key)?.email
    if (brought === undefined || brought.kind !== 'call' || brought.at < change.at || email === row.email) return []
    return [
      failed(
        'a row holds the data of its address',
        `data of ${row.email}, which call ${brought.serial} asked for after the change`,
        `data of ${email}, as call ${paid.serial} had asked for`,
      ),
    ]
  })
}

/**
 * DESIGN.md, 3.4: a reply of more than `vendor.maxReplyBytes` is not read to its end, and nothing of it is written. A job
 * is asked after again, and a call that a process died with is sent again under its key: what another reply brings may be
 * used.
 */
export const nothingTooLarge: Check = (evidence) => {
  const books = new Books(evidence)
  return evidence.runs.flatMap(({ runId }): Violation[] => {
    const calls = books.charged(runId)
    if (evidence.world.vendor.jobMs !== null) return []
    const repeated = new Set(evidence.bill.receipts.flatMap(({ resultOf }) => resultOf ?? []))
    const records = calls
      .filter(({ fault, serial }) => fault === 'huge' && !repeated.has(serial))
      .flatMap((call) => call.records)
    const used = records.find(
      (record) =>
        evidence.items.get(runId)?.get(record) === 'refreshed' &&
        calls.every((call) => call.fault === 'huge' || !call.records.includes(record)),
    )
    if (used === undefined) return []
    return [
      failed('replies that are too large are not used', 'no data of a reply of 18 MiB', `item ${used} of ${runId}`),
    ]
  })
}

function failed(check: string, expected: string, found: string): Violation {
  return { promise: 4, check, expected, found }
}
